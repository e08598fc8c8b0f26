// The room's end of the protocol, against a server made of arrays.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Channel, changed, type Hearing, type Listener, type Transport } from "../../web/frontend/room/channel.ts";
import type { Ack, Act, Link, RoomEvent, State, View } from "../../web/frontend/room/types.ts";

const view = { seq: 0, seat: "a", status: "talking", step: 0, can: [] } as unknown as View;

class Table {
  sent: { act: Act; ack: (ack: Ack) => void }[] = [];
  typed: boolean[] = [];
  reconnects = 0;
  closed = false;
  after: () => number = () => -1;
  hear!: Hearing;
  events: RoomEvent[] = [];
  live: boolean[] = [];
  links: Link[] = [];
  refused: string[] = [];
  kept: Act[] = [];
  timers: { at: number; what: () => void }[] = [];
  channel: Channel;

  constructor(kept: Act[] = []) {
    this.kept = kept;
    let id = 0;
    this.channel = new Channel(this.#transport(), this.#listener(), {
      newId: () => `id-${++id}`,
      later: (at, what) => {
        const timer = { at, what };
        this.timers.push(timer);
        return () => void this.timers.splice(0, this.timers.length, ...this.timers.filter((one) => one !== timer));
      },
      load: () => [...this.kept],
      save: (acts) => void (this.kept = [...acts]),
    });
    this.channel.open();
  }

  #transport(): Transport {
    return {
      open: (after, hear) => {
        this.after = after;
        this.hear = hear;
      },
      act: (act, ack) => void this.sent.push({ act, ack }),
      typing: (on) => void this.typed.push(on),
      again: () => void this.reconnects++,
      close: () => void (this.closed = true),
    };
  }

  #listener(): Listener {
    return {
      link: (link) => void this.links.push(link),
      state: () => undefined,
      event: (event, live) => {
        this.events.push(event);
        this.live.push(live);
      },
      typing: () => undefined,
      presence: () => undefined,
      pending: () => undefined,
      refused: (_act, code) => void this.refused.push(code),
    };
  }

  connect(seq = 0): void {
    this.hear.state({ seq, room: view } as State);
  }

  say(seq: number, id?: string): void {
    const event = { seq, at: "2026-11-25T18:00:00+00:00", type: "say", actor: "a", data: {}, effects: [] } as RoomEvent;
    this.hear.event(id === undefined ? event : { ...event, id });
  }

  wait(): void {
    for (const timer of this.timers.splice(0)) timer.what();
  }

  get texts(): unknown[] {
    return this.sent.map((one) => one.act.data["text"]);
  }
}

const ok: Ack = { ok: true, seq: 1, at: "2026-11-25T18:00:00+00:00" };
const no = (code: string): Ack => ({ ok: false, error: { code, message: "" } });

test("nothing is sent before the room's state has come", () => {
  const table = new Table();
  table.channel.act("say", { text: "early" });
  assert.equal(table.sent.length, 0);
  table.connect();
  assert.deepEqual(table.texts, ["early"]);
});

test("messages go one at a time, in the order they were written", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "one" });
  table.channel.act("say", { text: "two" });
  assert.deepEqual(table.texts, ["one"]);
  table.sent[0]?.ack(ok);
  assert.deepEqual(table.texts, ["one", "two"]);
});

test("pause, help, report and leave never wait behind a message", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "stuck" });
  for (const type of ["pause", "help", "report", "leave"]) table.channel.act(type);
  assert.deepEqual(table.sent.map((one) => one.act.type), ["say", "pause", "help", "report", "leave"]);
});

test("an act without an answer is sent again with the same id", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "hello" });
  table.say(1);
  table.wait();
  assert.deepEqual(table.sent.map((one) => one.act.id), ["id-1", "id-1"]);
});

test("after a loss everything unacknowledged goes out again, and nothing else", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "one" });
  table.sent[0]?.ack(ok);
  table.channel.act("say", { text: "two" });
  table.hear.lost();
  table.channel.act("say", { text: "three" });
  assert.deepEqual(table.texts, ["one", "two"]);
  table.connect(1);
  table.sent[2]?.ack(ok);
  assert.deepEqual(table.texts, ["one", "two", "two", "three"]);
});

test("an event that carries the act's id counts as its acknowledgement", () => {
  const table = new Table();
  table.connect();
  const id = table.channel.act("say", { text: "one" });
  table.say(1, id);
  assert.deepEqual(table.kept, []);
  table.sent[0]?.ack(no("conflict"));
  assert.deepEqual(table.refused, []);
});

test("a refusal that may pass is tried again later, any other is told once", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "fast" });
  table.sent[0]?.ack(no("rate"));
  assert.equal(table.sent.length, 1);
  table.wait();
  assert.deepEqual(table.sent.map((one) => one.act.id), ["id-1", "id-1"]);
  table.sent[1]?.ack(no("not_now"));
  assert.deepEqual(table.refused, ["not_now"]);
  assert.deepEqual(table.kept, []);
});

test("what was not acknowledged before a reload is sent after it", () => {
  const table = new Table([{ id: "old", type: "say", data: { text: "kept" } }]);
  table.connect();
  assert.deepEqual(table.sent.map((one) => one.act.id), ["old"]);
});

test("events are taken once and in order", () => {
  const table = new Table();
  table.connect(2);
  for (const seq of [1, 2, 2, 1, 3]) table.say(seq);
  assert.deepEqual(table.events.map((event) => event.seq), [1, 2, 3]);
  assert.deepEqual(table.live, [false, false, true]);
});

test("a gap asks for everything after the last event taken", () => {
  const table = new Table();
  table.connect();
  table.say(1);
  table.say(3);
  assert.deepEqual(table.events.map((event) => event.seq), [1]);
  assert.equal(table.reconnects, 1);
  assert.equal(table.after(), 1);
});

test("the connection is called connected only once the state is here", () => {
  const table = new Table();
  assert.deepEqual(table.links, []);
  table.connect();
  table.hear.lost();
  table.hear.lost();
  table.connect();
  assert.deepEqual(table.links, ["connected", "lost", "connected"]);
});

test("when the server ends the connection nothing tries to come back", () => {
  const table = new Table();
  table.connect();
  table.hear.ended("signed_out");
  table.channel.network(true);
  table.hear.lost();
  assert.deepEqual(table.links, ["connected", "lost", "ended"]);
  assert.equal(table.reconnects, 0);
  assert.equal(table.closed, true);
});

test("the browser's own word on the network is believed at once", () => {
  const table = new Table();
  table.connect();
  table.channel.network(false);
  assert.deepEqual(table.links, ["connected", "lost"]);
  table.channel.network(true);
  assert.equal(table.reconnects, 1);
});

test("where nothing at all is heard after an act, the connection is made anew", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "hello" });
  table.wait();
  assert.equal(table.reconnects, 1);
  assert.deepEqual(table.links, ["connected", "lost"]);
  assert.equal(table.sent.length, 1);
  table.connect();
  assert.deepEqual(table.sent.map((one) => one.act.id), ["id-1", "id-1"]);
});

test("a server that cannot store is told apart from one that is away", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "hello" });
  table.sent[0]?.ack(no("unavailable"));
  assert.deepEqual(table.links, ["connected", "held"]);
  table.wait();
  table.sent[1]?.ack(ok);
  assert.deepEqual(table.links, ["connected", "held", "connected"]);
  assert.deepEqual(table.sent.map((one) => one.act.id), ["id-1", "id-1"]);
});

test("an act of another tab is taken like any event, and settles nothing here", () => {
  const table = new Table();
  table.connect();
  table.channel.act("say", { text: "mine" });
  table.say(1, "of-the-other-tab");
  assert.deepEqual(table.events.map((event) => event.seq), [1]);
  assert.deepEqual(table.kept.map((act) => act.id), ["id-1"]);
});

test("typing is only told while connected", () => {
  const table = new Table();
  table.channel.typing(true);
  table.connect();
  table.channel.typing(true);
  assert.deepEqual(table.typed, [true]);
});

test("an event's changes are laid over the room, and its number never goes back", () => {
  const event = { seq: 7, room: { step: 2 } } as unknown as RoomEvent;
  assert.deepEqual(changed({ ...view, seq: 9 }, event), { ...view, seq: 9, step: 2 });
});
