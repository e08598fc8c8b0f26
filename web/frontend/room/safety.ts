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

  constructor(around: Around) {
    this.#around = around;
    the("pause").addEventListener("click", () => around.act(this.#paused ? "resume" : "pause"));
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
    the<HTMLButtonElement>("help-open").disabled = !view.can.includes("help");
    the<HTMLButtonElement>("report-open").disabled = !view.can.includes("report");
    the("watched").hidden = view.shown.length === 0;
    the("unwatched").hidden = view.shown.length > 0;
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
