// The guide's side: which step, what is asked, whose turn it is, the clock that is only advice.

import { differences } from "./difference.ts";
import { el, say, the } from "./dom.ts";
import type { Texts } from "./texts.ts";
import { isReady, minutesLeft, turn } from "./turn.ts";
import type { Guide, Step, View } from "./types.ts";

type Act = (type: string, data?: Record<string, unknown>) => void;

export class Prompt {
  #guide: Guide;
  #texts: Texts;
  #partner: string;
  #shown = "";
  #differing = false;
  #now: () => number;

  constructor(guide: Guide, texts: Texts, partner: string, act: Act, now: () => number) {
    this.#guide = guide;
    this.#texts = texts;
    this.#partner = partner;
    this.#now = now;
    the("more-time").addEventListener("click", () => act("extend", { minutes: 5 }));
    the("pass").addEventListener("click", () => act("pass"));
    the("ready").addEventListener("click", () => {
      act(the("ready").getAttribute("aria-pressed") === "true" ? "unready" : "ready");
    });
  }

  show(view: View): void {
    const step = this.#guide.steps[view.step];
    if (step === undefined) return;
    const [asked, ...others] = prompts(step, view);
    say(the("step"), this.#texts.say("step", { n: view.step + 1, all: this.#guide.steps.length, title: step.title }));
    say(the("prompt-h"), asked ?? step.title);
    say(the("turn"), this.#texts.say(turn(view), { name: this.#partner }));
    this.#others(others);
    this.#purpose(step);
    this.#difference(view);
    this.#buttons(view);
    this.clock(view);
  }

  /** Say the minutes that are left; called again and again, but only changes are written. */
  clock(view: View): void {
    const left = minutesLeft(view, this.#now());
    the("clock").hidden = left === null || view.status === "closed";
    if (left === null) return;
    const share = view.minutes > 0 ? Math.min(1, Math.max(0, 1 - left / view.minutes)) : 1;
    the("dial").setAttribute("stroke-dasharray", `${Math.round(share * 100)} 100`);
    say(the("minutes"), left > 0 ? this.#texts.say("minutes", { minutes: left }) : this.#texts.say("over"));
  }

  #buttons(view: View): void {
    const { me, partner } = isReady(view);
    const ready = the("ready");
    ready.hidden = !view.can.includes("ready") && !view.can.includes("unready");
    ready.setAttribute("aria-pressed", String(me));
    say(ready, this.#texts.say(me ? "ready.undo" : "ready.do"));
    say(the("ready-note"), me ? this.#texts.say("ready.me", { name: this.#partner }) : partner ? this.#texts.say("ready.partner", { name: this.#partner }) : "");
    the("pass").hidden = !view.can.includes("pass");
    the("more-time").hidden = !view.can.includes("extend");
  }

  #others(others: string[]): void {
    const key = others.join("\n");
    if (this.#shown === key) return;
    this.#shown = key;
    the("more-prompts").replaceChildren(...others.map((text) => el("li", { dir: "auto", lang: this.#guide.language }, text)));
    the("more").hidden = others.length === 0;
  }

  #purpose(step: Step): void {
    say(the("purpose"), step.activity === "tick" ? "" : step.purpose);
  }

  /** The card belongs to the step that opens it. */
  #difference(view: View): void {
    the("difference").hidden = this.#guide.steps[view.step]?.activity !== "reveal";
    if (this.#differing || view.difference === null || view.difference.length === 0) return;
    this.#differing = true;
    const frame = { me: view.seat, partner: this.#partner, texts: this.#texts };
    the("difference").replaceChildren(differences(view.difference, frame));
  }
}

/** The prompt that is set large, then those that may be read beside it. */
function prompts(step: Step, view: View): string[] {
  if (step.activity === "tick") return [step.purpose];
  if (view.activity.kind === "alternate") return step.prompts.slice(view.activity.prompt, view.activity.prompt + 1);
  return step.prompts;
}
