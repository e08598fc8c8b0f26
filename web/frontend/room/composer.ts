// The writing field: what it is for follows the room; what was typed outlives a reload.

import { el, say, the } from "./dom.ts";
import type { Texts } from "./texts.ts";
import { ways, type Way } from "./turn.ts";
import type { View } from "./types.ts";

const LIMIT = 2_000;
const QUIET = 2_500;

export interface Keep {
  get(): string;
  set(text: string): void;
}

export class Composer {
  #form = the<HTMLFormElement>("composer");
  #field = the<HTMLTextAreaElement>("write");
  #switch = the("ways");
  #texts: Texts;
  #partner: string;
  #send: (way: Way, text: string) => void;
  #keep: Keep;
  #way: Way = "say";
  #open = "";
  #stopTyping: number | undefined;

  constructor(texts: Texts, partner: string, keep: Keep, send: (way: Way, text: string) => void, typing: (on: boolean) => void) {
    this.#texts = texts;
    this.#partner = partner;
    this.#keep = keep;
    this.#send = send;
    this.#field.value = keep.get();
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(typing);
    });
    this.#field.addEventListener("focus", makeRoom);
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("input", () => this.#typed(typing));
  }

  show(view: View): void {
    const found = ways(view);
    this.#form.hidden = found.length === 0;
    const open = `${view.step} ${found.join(" ")}`;
    if (open === this.#open) return;
    this.#open = open;
    this.#way = found[0] ?? "say";
    this.#offer(found);
    this.#label();
  }

  #offer(found: Way[]): void {
    this.#switch.hidden = found.length < 2;
    this.#switch.replaceChildren(
      el("legend", { class: "hidden" }, this.#texts.say("ways")),
      ...found.map((way) => this.#choice(way)),
    );
  }

  #choice(way: Way): HTMLElement {
    const input = el("input", { type: "radio", name: "way", value: way, checked: way === this.#way });
    input.addEventListener("change", () => {
      this.#way = way;
      this.#label();
      this.#field.focus();
    });
    return el("label", { class: "chip" }, input, el("span", {}, this.#texts.say(`way.${way}`)));
  }

  #label(): void {
    const label = this.#texts.say(`write.${this.#way}`, { name: this.#partner });
    say(the("write-label"), label);
    this.#field.placeholder = label;
    the("send").setAttribute("aria-label", this.#texts.say(`send.${this.#way}`));
    this.#hint();
  }

  #key(event: KeyboardEvent): void {
    const fine = window.matchMedia("(pointer: fine)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !fine) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #typed(typing: (on: boolean) => void): void {
    this.#keep.set(this.#field.value);
    this.#hint();
    if (this.#stopTyping === undefined) typing(true);
    window.clearTimeout(this.#stopTyping);
    this.#stopTyping = window.setTimeout(() => this.#rest(typing), QUIET);
  }

  #rest(typing: (on: boolean) => void): void {
    window.clearTimeout(this.#stopTyping);
    if (this.#stopTyping !== undefined) typing(false);
    this.#stopTyping = undefined;
  }

  #hint(): void {
    const left = LIMIT - this.#field.value.length;
    const key = left < 200 ? "hint.left" : this.#field.value === "" ? "hint.empty" : "hint.kept";
    say(the("write-h"), this.#texts.say(key, { left }));
  }

  #submit(typing: (on: boolean) => void): void {
    const text = this.#field.value.trim();
    if (text === "") return;
    this.#rest(typing);
    this.#send(this.#way, text);
    this.clear();
  }

  /** Give back what could not be sent, unless something new was typed since. */
  restore(text: string): void {
    if (this.#field.value.trim() !== "") return;
    this.#field.value = text;
    this.#keep.set(text);
    this.#hint();
  }

  clear(): void {
    this.#field.value = "";
    this.#keep.set("");
    this.#hint();
  }
}

/** On a phone the difference card folds while somebody writes: the log needs the height. */
function makeRoom(): void {
  const fold = document.querySelector<HTMLDetailsElement>(".differ[open]");
  if (fold !== null && window.matchMedia("(max-width: 57.9rem)").matches) fold.open = false;
}
