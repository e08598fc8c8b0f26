// The bar above: who is here, the connection in words, and the ribbon of steps.

import { el, say, strong, svg } from "./dom.ts";
import type { Texts } from "./texts.ts";
import type { Here, Link, Seat, View } from "./types.ts";
import { across } from "./types.ts";

export class Top {
  #presence: HTMLElement;
  #link: HTMLElement;
  #ribbon: HTMLElement;
  #texts: Texts;
  #partner: string;
  #writing = false;
  #here = false;

  constructor(parts: { presence: HTMLElement; link: HTMLElement; ribbon: HTMLElement }, texts: Texts, partner: string) {
    this.#presence = parts.presence;
    this.#link = parts.link;
    this.#ribbon = parts.ribbon;
    this.#texts = texts;
    this.#partner = partner;
  }

  link(link: Link): void {
    this.#link.classList.toggle("lost", link === "lost" || link === "held" || link === "ended");
    say(this.#link, this.#texts.say(`link.${link}`));
  }

  /** Who is here by the log; the volatile presence that follows may know better. */
  show(view: View): void {
    this.#set(view.present.includes(across(view.seat)));
    this.#steps(view.step);
  }

  presence(here: Record<Seat, Here>, seat: Seat): void {
    this.#set(here[across(seat)] === "here");
  }

  writing(on: boolean): void {
    this.#writing = on;
    this.#draw();
  }

  #set(here: boolean): void {
    this.#here = here;
    if (!here) this.#writing = false;
    this.#draw();
  }

  #draw(): void {
    const key = this.#writing ? "writing" : this.#here ? "here" : "away";
    const text = this.#texts.say(key, { name: this.#partner });
    if (this.#presence.dataset["key"] === key) return;
    this.#presence.dataset["key"] = key;
    this.#presence.replaceChildren(facing(this.#here), el("span", {}, ...strong(text)));
  }

  #steps(current: number): void {
    [...this.#ribbon.children].forEach((item, index) => {
      item.classList.toggle("done", index < current);
      if (index === current) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
      mark(item, index < current ? this.#texts.say("done") : "");
    });
  }
}

function mark(item: Element, done: string): void {
  const name = item.querySelector(".name");
  let note = name?.querySelector(".hidden") ?? null;
  if (name && note === null) note = name.appendChild(el("span", { class: "hidden" }));
  if (note) say(note, done && `, ${done}`);
}

/** Two people facing; the arc and centre of somebody away are open. */
export function facing(second: boolean, first = true): SVGElement {
  const person = (here: boolean, side: "mine" | "other", x: number, arc: string): SVGElement[] => [
    svg("circle", { class: here ? `f-${side}` : `f-none s-${side}`, cx: x, cy: 10, r: 3 }),
    svg("path", { class: `s-${side}`, d: arc, "stroke-dasharray": here ? undefined : "2 3" }),
  ];
  return svg(
    "svg",
    { viewBox: "0 0 36 20", "aria-hidden": "true", "stroke-width": 2, "stroke-linecap": "round" },
    ...person(first, "mine", 7, "M14 3a12 12 0 0 1 0 14"),
    ...person(second, "other", 29, "M22 3a12 12 0 0 0 0 14"),
  );
}
