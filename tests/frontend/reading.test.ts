// What the room says in words: whose turn it is, how an event reads, how long is left.

import assert from "node:assert/strict";
import { test } from "node:test";

import { entry, type Cast } from "../../web/frontend/room/entries.ts";
import { Texts } from "../../web/frontend/room/texts.ts";
import { minutesLeft, turn, ways } from "../../web/frontend/room/turn.ts";
import type { Effect, Guide, RoomEvent, View } from "../../web/frontend/room/types.ts";

const guide = {
  language: "en",
  title: "A guide",
  minutes: 50,
  steps: [
    { name: "listen", title: "Listen", purpose: "", minutes: 12, activity: "say_back", prompts: ["Tell"] },
    { name: "values", title: "Values", purpose: "", minutes: 6, activity: "tick", prompts: ["Family", "Honesty"] },
  ],
} as Guide;

const sentences = Object.fromEntries(
  [
    "moved:{title} begins", "swapped.you:you tell", "swapped.other:{name} tells", "overlap:both {values}", "overlap.none:none",
    "confirm.other:{name} confirms", "dropped:{name} is away", "help.other.shown:{name} shows", "help.you.unseen:you asked",
    "closed.other:{name} left", "closed.you:you left", "closed.finished:end", "extend.facilitator:{by} adds {minutes}", "ready.other:{name} is ready",
  ].map((line) => line.split(/:(.*)/).slice(0, 2) as [string, string]),
);
const cast: Cast = { me: "a", partner: "Marta", guide, texts: new Texts(sentences, "en", "UTC") };

function event(type: string, actor: string, data: object = {}, effects: Effect[] = []): RoomEvent {
  return { seq: 1, at: "2026-11-25T18:00:00+00:00", type, actor, data, effects } as RoomEvent;
}

function lines(...given: Parameters<typeof event>): string[] {
  return entry(event(...given), cast).lines.map((line) => line.replace(/[\u2068\u2069]/g, ""));
}

test("what somebody wrote is a message on its writer's side", () => {
  assert.equal(entry(event("tell", "a", { text: "x" }), cast).message?.side, "mine");
  assert.equal(entry(event("say", "b", { text: "x" }), cast).message?.side, "theirs");
  assert.equal(entry(event("nudge", "facilitator", { text: "x", by: "Ruth" }), cast).message?.side, "facilitator");
});

test("what happened is told in a line, effects after the act", () => {
  const moved = { type: "moved", data: { step: 1 } };
  assert.deepEqual(lines("confirm", "b", { of: 3 }, [moved]), ["Marta confirms", "Values begins"]);
  assert.deepEqual(lines("extend", "facilitator", { by: "Ruth", minutes: 5 }), ["Ruth adds 5"]);
});

test("a call for help stays private unless messages can be read", () => {
  assert.deepEqual(lines("help", "b", { show: false }), []);
  assert.deepEqual(lines("help", "b", { show: true }), ["Marta shows"]);
  assert.deepEqual(lines("help", "a", { show: false }), ["you asked"]);
});

test("own readiness and own drops leave no line", () => {
  assert.deepEqual(lines("ready", "a"), []);
  assert.deepEqual(lines("ready", "b"), ["Marta is ready"]);
  assert.deepEqual(lines("dropped", "system", { seat: "a" }), []);
  assert.deepEqual(lines("dropped", "system", { seat: "b" }), ["Marta is away"]);
});

test("the overlap names the values, or says that there is none", () => {
  assert.deepEqual(lines("tick", "a", {}, [{ type: "overlap", data: { values: [1] } }]), ["both Honesty"]);
  assert.deepEqual(lines("tick", "a", {}, [{ type: "overlap", data: { values: [] } }]), ["none"]);
});

test("the end says who ended it", () => {
  const closed = (why: string, by: string): Effect[] => [{ type: "closed", data: { why, by } }];
  assert.deepEqual(lines("leave", "b", {}, closed("left", "b")), ["Marta left"]);
  assert.deepEqual(lines("leave", "a", {}, closed("left", "a")), ["you left"]);
  assert.deepEqual(lines("reflect", "a", {}, closed("finished", "system")), ["end"]);
});

test("a name that turns the line around is isolated", () => {
  const filled = cast.texts.say("closed.other", { name: "\u202Eevil" });
  assert.equal(filled, "\u2068\u202Eevil\u2069 left");
});

const talking = { status: "talking", seat: "a", step: 0, can: ["say"], since: null, minutes: 12, paused: null };
const asView = (more: object): View => ({ ...talking, ...more }) as unknown as View;

test("teller and listener are each told what is theirs to do", () => {
  const telling = (more: object): object => ({ activity: { kind: "say_back", teller: "a", told: false, waiting: null, confirmed: [], tries: 0, ...more } });
  const listening = (more: object): object => ({ seat: "b", ...telling(more) });
  assert.equal(turn(asView(telling({}))), "turn.tell");
  assert.equal(turn(asView(telling({ told: true }))), "turn.told");
  assert.equal(turn(asView(telling({ told: true, waiting: 4 }))), "turn.confirm");
  assert.equal(turn(asView(telling({ told: true, tries: 1 }))), "turn.retold");
  assert.equal(turn(asView(listening({}))), "turn.listen");
  assert.equal(turn(asView(listening({ told: true }))), "turn.say_back");
  assert.equal(turn(asView(listening({ told: true, waiting: 4 }))), "turn.heard");
  assert.equal(turn(asView(listening({ told: true, tries: 2 }))), "turn.again");
});

test("a pause, a wait and the end come before whose turn it is", () => {
  for (const status of ["paused", "waiting", "closed"]) assert.equal(turn(asView({ status })), `turn.${status}`);
});

test("a listener chooses to say it back; a teller's words count as told", () => {
  assert.deepEqual(ways(asView({ can: ["say", "say_back"] })), ["say", "say_back"]);
  assert.deepEqual(ways(asView({ can: ["say", "tell"] })), ["tell", "say"]);
  assert.deepEqual(ways(asView({ can: ["say"] })), ["say"]);
  assert.deepEqual(ways(asView({ can: [] })), []);
});

test("the clock counts whole minutes, stands still in a pause, and waits to begin", () => {
  const since = "2026-11-25T18:00:00+00:00";
  const now = Date.parse("2026-11-25T18:07:30+00:00");
  assert.equal(minutesLeft(asView({}), now), null);
  assert.equal(minutesLeft(asView({ since }), now), 5);
  assert.equal(minutesLeft(asView({ since, paused: { by: "a", at: "2026-11-25T18:02:00+00:00" } }), now), 10);
  assert.equal(minutesLeft(asView({ since, minutes: 5 }), now), -2);
});

test("a commitment is signed by both, one after the other", () => {
  const signing = (signed: string[]): View => asView({ activity: { kind: "sign", parts: { a: "x", b: "y" }, latest: 4, signed } });
  assert.equal(turn(signing([])), "turn.sign");
  assert.equal(turn(signing(["b"])), "turn.sign");
  assert.equal(turn(signing(["a"])), "turn.signed");
});
