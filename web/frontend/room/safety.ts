// Always in reach: pause, help, report, leave. None of them asks for a reason.

import { el, say, the } from "./dom.ts";
import type { Texts } from "./texts.ts";
import type { View } from "./types.ts";

type Act = (type: string, data?: Record<string, unknown>) => void;

export interface Around {
  texts: Texts;
  partner: string;
  act: Act;
  /** The partner's last messages, newest first. */
  theirs(): { seq: number; text: string }[];
  /** A hint for the step at work, seen by nobody else. */
  idea(): string;
  linked(): boolean;
}

export class Safety {
  #around: Around;
  #paused = false;
  #joined: string | null = null;
  #answered: string | null = null;

  constructor(around: Around) {
    this.#around = around;
    the("pause").addEventListener("click", () => around.act(this.#paused ? "resume" : "pause"));
    for (const [id, show] of [["allow-yes", true], ["allow-no", false], ["allow-stop", false]] as const) {
      the(id).addEventListener("click", () => {
        this.#answered = this.#joined;
        around.act("allow", { show });
      });
    }
    dialog("help");
    dialog("report");
    this.#help();
    this.#report();
    the("leave-form").addEventListener("submit", (event) => this.#leave(event));
  }

  show(view: View): void {
    this.#paused = view.status === "paused";
    const label = the("pause-label");
    say(label, this.#around.texts.say(view.can.includes("resume") ? "resume.short" : "pause.short"));
    the<HTMLButtonElement>("pause").disabled = !view.can.includes(this.#paused ? "resume" : "pause");
    for (const id of ["help-look", "help-show"]) the<HTMLButtonElement>(id).disabled = !view.can.includes("help");
    the<HTMLButtonElement>("report-open").disabled = !view.can.includes("report");
    this.#joined = view.facilitator;
    const agreed = view.shown.includes(view.seat);
    const open = view.status !== "closed";
    the("allow").hidden = !open || agreed || view.facilitator === null || view.facilitator === this.#answered;
    say(the("allow-who"), view.facilitator ?? "");
    the("watched").hidden = view.read_from === null;
    the("agreed").hidden = !agreed || view.read_from !== null;
    the("unwatched").hidden = agreed;
    the("allow-stop").hidden = !agreed || !open;
  }

  #help(): void {
    const { act, idea } = this.#around;
    the("help-idea").addEventListener("click", () => say(the("idea"), idea()));
    for (const [id, show] of [["help-look", false], ["help-show", true]] as const) {
      the(id).addEventListener("click", () => {
        act("help", { show });
        the<HTMLDialogElement>("help").close();
      });
    }
  }

  #report(): void {
    const form = the<HTMLFormElement>("report-form");
    the("report-open").addEventListener("click", () => this.#evidence());
    form.addEventListener("submit", () => {
      const given = new FormData(form);
      const text = String(given.get("text") ?? "").trim();
      const attach = given.getAll("attach").map(Number);
      const reason = String(given.get("reason") ?? "other");
      this.#around.act("report", text === "" ? { reason, attach } : { reason, attach, text });
    });
  }

  /** Offer the partner's last messages; the person who reports chooses which to show. */
  #evidence(): void {
    const rows = this.#around.theirs().map(({ seq, text }) =>
      el("label", { class: "tick" }, el("input", { type: "checkbox", name: "attach", value: seq }), el("span", { dir: "auto" }, text)),
    );
    the("evidence").replaceChildren(...rows);
    the("evidence-box").hidden = rows.length === 0;
  }

  /** The form leaves by itself; without a signal the act waits here instead of a dead page. */
  #leave(event: Event): void {
    if (this.#around.linked()) return;
    event.preventDefault();
    this.#around.act("leave");
    say(the("said-now"), this.#around.texts.say("left.unsent"));
    the("left").hidden = false;
    the("left-h").focus();
  }
}

/** A dialog `id` opened by the button `id-open`, closed by any button with data-close. */
function dialog(id: string): void {
  const box = the<HTMLDialogElement>(id);
  the(`${id}-open`).addEventListener("click", () => box.showModal());
  for (const close of box.querySelectorAll("[data-close]")) close.addEventListener("click", () => box.close());
}
