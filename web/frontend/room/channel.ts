// The room's end of the protocol: acts sent until acknowledged, events taken in order and without gaps.
// Knows no browser and no socket: both come in as arguments, so it is tested alone.

import type { Ack, Act, Data, Here, Link, RoomEvent, Seat, State, View } from "./types.ts";

/** A connection that brings what the server says and carries what we send. */
export interface Transport {
  /** Connect, and connect again by itself after a loss; `after` is asked at each attempt. */
  open(after: () => number, hear: Hearing): void;
  act(act: Act, ack: (ack: Ack) => void): void;
  typing(on: boolean): void;
  /** Drop the connection and connect anew, at once. */
  again(): void;
  close(): void;
}

/** What a transport tells its channel. */
export interface Hearing {
  state(state: State): void;
  event(event: RoomEvent): void;
  typing(seat: Seat, on: boolean): void;
  presence(here: Record<Seat, Here>): void;
  lost(): void;
  ended(code: string): void;
}

/** What a channel tells the page. */
export interface Listener {
  link(link: Link, code?: string): void;
  state(state: State): void;
  event(event: RoomEvent, live: boolean): void;
  typing(seat: Seat, on: boolean): void;
  presence(here: Record<Seat, Here>): void;
  /** The acts not yet acknowledged, oldest first. */
  pending(acts: readonly Act[]): void;
  refused(act: Act, code: string): void;
}

/** Time and storage, as the page or a test has them. */
export interface Surroundings {
  newId(): string;
  later(milliseconds: number, what: () => void): () => void;
  load(): Act[];
  save(acts: readonly Act[]): void;
}

const PATIENCE = 5_000;
const PAUSE = 2_000;
const AGAIN = new Set(["rate", "unavailable"]);
// These never wait behind a message that is stuck.
const URGENT = new Set(["pause", "leave", "help", "report"]);

interface Waiting {
  act: Act;
  flying: boolean;
  stop: () => void;
}

const nothing = (): void => undefined;

export class Channel {
  #transport: Transport;
  #listener: Listener;
  #around: Surroundings;
  #waiting: Waiting[];
  #last = 0;
  #caughtUpTo = 0;
  #link: Link = "connecting";
  #silent = true; // nothing was heard since an act went out

  constructor(transport: Transport, listener: Listener, around: Surroundings) {
    this.#transport = transport;
    this.#listener = listener;
    this.#around = around;
    this.#waiting = around.load().map((act) => ({ act, flying: false, stop: nothing }));
  }

  /** The sequence number of the last event taken. */
  get last(): number {
    return this.#last;
  }

  open(): void {
    this.#listener.pending(this.#acts());
    this.#transport.open(() => this.#last, {
      state: (state) => this.#start(state),
      event: (event) => this.#take(event),
      typing: (seat, on) => this.#heard(() => this.#listener.typing(seat, on)),
      presence: (here) => this.#heard(() => this.#listener.presence(here)),
      lost: () => this.#lose(),
      ended: (code) => this.#end(code),
    });
  }

  /** Send an act, now or as soon as there is a signal; returns its id. */
  act(type: string, data: Data = {}): string {
    const act = { id: this.#around.newId(), type, data };
    this.#waiting.push({ act, flying: false, stop: nothing });
    this.#changed();
    this.#send();
    return act.id;
  }

  typing(on: boolean): void {
    if (this.#open) this.#transport.typing(on);
  }

  /** The browser says the network came or went: do not wait for a timeout to notice. */
  network(online: boolean): void {
    if (this.#link === "ended") return;
    if (online) this.#transport.again();
    else this.#lose();
  }

  get #open(): boolean {
    return this.#link === "connected" || this.#link === "held";
  }

  #heard(what: () => void): void {
    this.#silent = false;
    what();
  }

  #start(state: State): void {
    this.#silent = false;
    this.#caughtUpTo = state.seq;
    this.#listener.state(state);
    this.#set("connected");
    this.#send();
  }

  #take(event: RoomEvent): void {
    this.#silent = false;
    if (event.seq <= this.#last) return;
    if (event.seq > this.#last + 1) {
      this.#lose();
      this.#transport.again();
      return;
    }
    this.#last = event.seq;
    if (event.id !== undefined) this.#settle(event.id);
    this.#listener.event(event, event.seq > this.#caughtUpTo);
  }

  #lose(): void {
    for (const one of this.#waiting) this.#land(one);
    if (this.#link !== "ended") this.#set("lost");
  }

  #end(code: string): void {
    this.#lose();
    this.#link = "ended";
    this.#transport.close();
    this.#listener.link("ended", code);
  }

  /** Only one ordinary act is on its way at a time: so they arrive in the order they were written. */
  #send(): void {
    if (!this.#open) return;
    let free = true;
    for (const one of this.#waiting) {
      const urgent = URGENT.has(one.act.type);
      if (!one.flying && (urgent || free)) this.#fly(one);
      if (!urgent) free = false;
    }
  }

  #fly(one: Waiting): void {
    one.flying = true;
    this.#silent = true;
    one.stop = this.#around.later(PATIENCE, () => this.#overdue(one));
    this.#transport.act(one.act, (ack) => this.#answered(one, ack));
  }

  /** No answer came. If nothing else did either, the connection may be open at this end only. */
  #overdue(one: Waiting): void {
    if (!this.#silent) return this.#retry(one);
    this.#lose();
    this.#transport.again();
  }

  #answered(one: Waiting, ack: Ack): void {
    this.#silent = false;
    if (!this.#waiting.includes(one)) return;
    if (ack.ok) {
      if (this.#link === "held") this.#set("connected");
      this.#settle(one.act.id);
    } else if (AGAIN.has(ack.error.code)) {
      if (ack.error.code === "unavailable") this.#set("held");
      one.stop();
      one.stop = this.#around.later(PAUSE, () => this.#retry(one));
    } else {
      this.#settle(one.act.id);
      this.#listener.refused(one.act, ack.error.code);
    }
  }

  #retry(one: Waiting): void {
    this.#land(one);
    this.#send();
  }

  #land(one: Waiting): void {
    one.stop();
    one.flying = false;
  }

  #settle(id: string): void {
    const one = this.#waiting.find((candidate) => candidate.act.id === id);
    if (one === undefined) return;
    this.#land(one);
    this.#waiting = this.#waiting.filter((candidate) => candidate !== one);
    this.#changed();
    this.#send();
  }

  #changed(): void {
    this.#around.save(this.#acts());
    this.#listener.pending(this.#acts());
  }

  #acts(): Act[] {
    return this.#waiting.map((one) => one.act);
  }

  #set(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    this.#listener.link(link);
  }
}

/** The room after an event: changed keys of the view, if the event carries any. */
export function changed(view: View, event: RoomEvent): View {
  return { ...view, ...event.room, seq: Math.max(view.seq, event.seq) };
}
