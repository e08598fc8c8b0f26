// What two people let a facilitator read, from the moment both agreed; gone as soon as one takes it back.

import { el, say, the } from "../room/dom.ts";
import type { Texts } from "../room/texts.ts";
import type { Seat } from "../room/types.ts";
import type { Summary } from "./rooms.ts";
import { names } from "./tiles.ts";

export interface Word {
  seq: number;
  at: string;
  name: string;
  seat: Seat;
  text: string;
}

export class Words {
  #texts: Texts;
  #stop: (room: string) => void;
  #open = "";
  #last = 0;

  constructor(texts: Texts, stop: (room: string) => void) {
    this.#texts = texts;
    this.#stop = stop;
    the("words").addEventListener("close", () => this.#forget());
    the("words").querySelector("[data-close]")?.addEventListener("click", () => the<HTMLDialogElement>("words").close());
  }

  /** Open before the words come: a look is told to the pair, so the page shows what it was for. */
  open(room: Summary): void {
    this.#forget();
    this.#open = room.id;
    say(the("words-for"), names(room, this.#texts));
    say(the("words-note"), this.#texts.say("words.note"));
    the<HTMLDialogElement>("more").close();
    the<HTMLDialogElement>("words").showModal();
  }

  /** The look was refused. */
  refused(): void {
    the<HTMLDialogElement>("words").close();
  }

  /** Words of a room, or null where no more may be read. */
  hear(room: string, said: Word[] | null): void {
    if (room !== this.#open) return;
    if (said === null) {
      this.end();
      return;
    }
    const fresh = said.filter((one) => one.seq > this.#last);
    this.#last = Math.max(this.#last, ...fresh.map((one) => one.seq));
    the("words-log").append(...fresh.map((one) => this.#line(one)));
  }

  /** Show nothing more of what was open. */
  end(): void {
    if (this.#open === "") return;
    this.#forget();
    say(the("words-note"), this.#texts.say("words.over"));
  }

  #forget(): void {
    if (this.#open !== "") this.#stop(this.#open);
    this.#open = "";
    this.#last = 0;
    the("words-log").replaceChildren();
  }

  #line(one: Word): HTMLElement {
    return el(
      "div",
      { class: `msg ${one.seat === "a" ? "mine" : "theirs"}` },
      el("p", { class: "who", dir: "auto" }, one.name),
      el("p", { class: "text", dir: "auto" }, one.text),
      el("p", { class: "meta" }, this.#texts.hour(one.at)),
    );
  }
}
