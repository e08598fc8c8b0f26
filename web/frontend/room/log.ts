// The conversation as a log: role="log", theirs at the start, mine at the end, every state in words.

import { el, say } from "./dom.ts";
import { entry, type Cast, type Message } from "./entries.ts";
import type { Act, Link, RoomEvent } from "./types.ts";

const WRITTEN = new Set(["say", "tell", "say_back", "not_quite"]);

export class Log {
  #root: HTMLElement;
  #cast: Cast;
  #unsent = new Map<string, { act: Act; node: HTMLElement; meta: HTMLElement; since: string }>();
  #heard: { seq: number; label: string; node: HTMLElement }[] = [];
  #link: Link = "connecting";

  constructor(root: HTMLElement, cast: Cast) {
    this.#root = root;
    this.#cast = cast;
  }

  add(event: RoomEvent): void {
    if (event.id !== undefined) this.#remove(event.id);
    const { message, lines } = entry(event, this.#cast);
    const at = this.#cast.texts.hour(event.at);
    if (message !== null) this.#show(event, message, at);
    for (const line of lines) this.#insert(el("p", { class: "said" }, `${at}. ${line}`));
  }

  /** Show what waits to be sent, and in words why. */
  pending(acts: readonly Act[], link: Link): void {
    this.#link = link;
    const ids = new Set(acts.map((act) => act.id));
    for (const id of this.#unsent.keys()) if (!ids.has(id)) this.#remove(id);
    for (const act of acts) if (this.#worth(act)) this.#await(act);
    for (const one of this.#unsent.values()) say(one.meta, this.#state(one.since));
  }

  /** The say-back that waits for an answer is shown as a card, not twice. */
  hideWhileWaiting(seq: number | null): void {
    for (const heard of this.#heard) heard.node.hidden = heard.seq === seq;
  }

  /** The last messages of the partner, newest first: what a report may attach. */
  theirs(limit: number): { seq: number; text: string }[] {
    return this.#heard.slice(-limit).reverse().map(({ seq, label }) => ({ seq, text: label }));
  }

  text(seq: number): string {
    return this.#heard.find((heard) => heard.seq === seq)?.label ?? "";
  }

  #worth(act: Act): boolean {
    return WRITTEN.has(act.type) && typeof act.data["text"] === "string" && !this.#unsent.has(act.id);
  }

  #show(event: RoomEvent, message: Message, at: string): void {
    const meta = message.side === "mine" ? this.#cast.texts.say("sent", { time: at }) : at;
    const { node } = this.#bubble(message, meta);
    this.#insert(node);
    if (message.side === "theirs") this.#heard.push({ seq: event.seq, label: message.text, node });
  }

  #await(act: Act): void {
    const message = { side: "mine", as: act.type, by: "", text: String(act.data["text"]) } as Message;
    const since = this.#cast.texts.hour(new Date().toISOString());
    const { node, meta } = this.#bubble(message, this.#state(since));
    node.classList.add("unsent");
    this.#unsent.set(act.id, { act, node, meta, since });
    this.#root.append(node);
  }

  #state(since: string): string {
    const key = this.#link === "connected" ? "sending" : this.#link === "held" ? "held" : "unsent";
    return this.#cast.texts.say(key, { time: since });
  }

  #bubble(message: Message, about: string): { node: HTMLElement; meta: HTMLElement } {
    const meta = el("p", { class: "meta" }, about);
    const who = el("p", { class: "who" }, this.#who(message));
    const text = el("p", { dir: "auto", class: "text" }, message.text);
    const side = message.side === "facilitator" ? "guide" : message.side;
    return { node: el("div", { class: `msg ${side} ${message.as}` }, who, text, meta), meta };
  }

  #who(message: Message): string {
    const side = message.side === "mine" ? "you" : message.side === "theirs" ? "other" : "facilitator";
    return this.#cast.texts.say(`who.${message.as}.${side}`, { name: message.by });
  }

  /** What is sent stands before what still waits. */
  #insert(node: HTMLElement): void {
    const first = this.#unsent.values().next().value;
    if (first === undefined) this.#root.append(node);
    else this.#root.insertBefore(node, first.node);
  }

  #remove(id: string): void {
    this.#unsent.get(id)?.node.remove();
    this.#unsent.delete(id);
  }
}
