// What a facilitator may do in a room, and the dialogs that ask for the words.

import { say, the } from "../room/dom.ts";
import type { Texts } from "../room/texts.ts";
import type { Summary } from "./rooms.ts";
import { names } from "./tiles.ts";

export type Send = (room: Summary, type: string, data?: Record<string, unknown>) => void;

/** The two dialogs of the desk: a nudge to both, and everything that is rarer. */
export class Actions {
  #room: Summary | null = null;
  #texts: Texts;
  #send: Send;

  constructor(texts: Texts, send: Send) {
    this.#texts = texts;
    this.#send = send;
    for (const id of ["nudge", "more"]) {
      for (const close of the(id).querySelectorAll("[data-close]")) close.addEventListener("click", () => this.#close());
    }
    for (const preset of the("nudge").querySelectorAll<HTMLElement>("[data-preset]")) {
      preset.addEventListener("click", () => (the<HTMLTextAreaElement>("nudge-text").value = preset.textContent ?? ""));
    }
    this.#form("nudge-form", "nudge", () => ({ text: words("nudge-text") }));
    this.#form("note-form", "note", () => ({ text: words("note-text"), to: chosen("note-form", "to") }));
    for (const act of the("more").querySelectorAll<HTMLElement>("[data-act]")) {
      act.addEventListener("click", () => this.#do(act.dataset["act"] ?? "", act.dataset["act"] === "extend" ? { minutes: 5 } : {}));
    }
  }

  nudge(room: Summary): void {
    this.#open("nudge", room);
  }

  more(room: Summary): void {
    say(the("note-a"), room.names.a);
    say(the("note-b"), room.names.b);
    const paused = room.status === "paused";
    the("act-pause").hidden = paused;
    the("act-resume").hidden = !paused;
    this.#open("more", room);
  }

  #open(id: string, room: Summary): void {
    this.#room = room;
    say(the(`${id}-for`), names(room, this.#texts));
    the<HTMLDialogElement>(id).showModal();
  }

  #form(id: string, type: string, data: () => Record<string, unknown>): void {
    const form = the<HTMLFormElement>(id);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(type, data());
      form.reset();
    });
  }

  #do(type: string, data: Record<string, unknown>): void {
    if (this.#room !== null) this.#send(this.#room, type, data);
    this.#close();
  }

  #close(): void {
    for (const id of ["nudge", "more"]) the<HTMLDialogElement>(id).close();
  }
}

function words(id: string): string {
  return the<HTMLTextAreaElement>(id).value.trim();
}

function chosen(form: string, name: string): string {
  return String(new FormData(the<HTMLFormElement>(form)).get(name) ?? "a");
}
