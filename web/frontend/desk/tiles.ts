// A room on the desk: a tile where somebody may be needed, a row where all goes well.

import { button, el, svg } from "../room/dom.ts";
import type { Texts } from "../room/texts.ts";
import { facing } from "../room/top.ts";
import { minutesIn, share, type Summary, type Try } from "./rooms.ts";

export interface Doing {
  texts: Texts;
  join(room: Summary): void;
  nudge(room: Summary): void;
  more(room: Summary): void;
  claim(room: Summary): void;
  me: string;
}

export function tile(room: Summary, doing: Doing): HTMLElement {
  const { texts } = doing;
  const now = room.level === "now";
  return el(
    "li",
    { class: now ? "tile now" : "tile", "data-room": room.id, tabindex: -1 },
    el("div", { class: "row apart" }, el("span", { class: now ? "chip ember" : "chip ember-line" }, texts.say(`level.${room.level}`)), el("span", { class: "soft small" }, step(room, texts))),
    el("h3", {}, room.reasons[0]?.text ?? texts.say("calm")),
    ...room.reasons.slice(1, 3).map((one) => el("p", { class: "small" }, one.text)),
    el("p", { class: "soft small" }, texts.say(`source.${room.reasons[0]?.source ?? "acts"}`)),
    facts(room, texts),
    el("p", { class: "soft small" }, tried(room, texts)),
    actions(room, doing),
  );
}

export function row(room: Summary, doing: Doing): HTMLElement {
  const { texts } = doing;
  const words = el("td", {}, balance(share(room), 72), el("span", { class: "hidden" }, both(room, texts)));
  return el(
    "tr",
    { "data-room": room.id, tabindex: -1 },
    el("th", { scope: "row" }, names(room, texts)),
    el("td", {}, step(room, texts)),
    words,
    el("td", { class: "soft" }, room.claimed === null ? texts.say("calm") : texts.say("claimed", { name: room.claimed })),
    el("td", {}, nudge("quiet little", room, doing), more(room, doing)),
  );
}

function facts(room: Summary, texts: Texts): HTMLElement {
  const line = (term: string, ...what: (Node | string)[]): HTMLElement[] => [el("dt", {}, texts.say(term)), el("dd", { class: "row" }, ...what)];
  const here = (["a", "b"] as const).map((seat) => room.present.includes(seat));
  return el(
    "dl",
    { class: "facts" },
    ...line("here", el("span", { class: "presence" }, facing(here[1] ?? false, here[0]), el("span", {}, names(room, texts)))),
    ...line("words", balance(share(room), 112), el("span", { class: "num" }, both(room, texts))),
    ...line("pace", pace(room.pace), el("span", { class: "hidden" }, texts.say("pace.words", { counts: room.pace.join(", ") }))),
  );
}

function actions(room: Summary, doing: Doing): HTMLElement {
  const { texts } = doing;
  const about = texts.say("about", who(room));
  const on = room.facilitator;
  return el(
    "div",
    { class: "row" },
    on === null
      ? named(button(room.level === "now" ? "primary little" : "little", texts.say("join"), () => doing.join(room)), "join", about)
      : el("span", { class: "chip", dir: "auto" }, texts.say("joined", { name: on })),
    claim(room, doing),
    nudge("little", room, doing),
    more(room, doing),
  );
}

function claim(room: Summary, doing: Doing): HTMLElement {
  const { texts, me } = doing;
  if (room.claimed !== null && room.claimed !== me) return el("span", { class: "chip", dir: "auto" }, texts.say("claimed", { name: room.claimed }));
  const label = texts.say(room.claimed === null ? "claim" : "release");
  return named(button("little", label, () => doing.claim(room)), "claim", texts.say("about", who(room)));
}

function nudge(kind: string, room: Summary, { texts, nudge: ask }: Doing): HTMLButtonElement {
  return named(button(kind, texts.say("nudge"), () => ask(room)), "nudge", texts.say("about", who(room)));
}

function more(room: Summary, { texts, more: ask }: Doing): HTMLButtonElement {
  return named(button("quiet little", texts.say("more"), () => ask(room)), "more", texts.say("about", who(room)));
}

/** What the button does is the same word on every tile: say for whom, to those who do not see where it stands. */
function named(made: HTMLButtonElement, does: string, about: string): HTMLButtonElement {
  made.dataset["do"] = does;
  made.append(el("span", { class: "hidden" }, ` ${about}`));
  return made;
}

export function names(room: Summary, texts: Texts): string {
  return texts.say("names", who(room));
}

function who(room: Summary): { one: string; two: string } {
  return { one: room.names.a, two: room.names.b };
}

function step(room: Summary, texts: Texts): string {
  const spent = minutesIn(room, Date.now());
  if (spent === null) return texts.say("not_begun");
  return texts.say("step", { title: room.step_title, spent, minutes: room.minutes });
}

function both(room: Summary, texts: Texts): string {
  const first = share(room);
  return texts.say("balance", { first, second: 100 - first });
}

function tried(room: Summary, texts: Texts): string {
  const last = room.tried.at(-1);
  if (last === undefined) return texts.say("tried.none");
  const did = texts.say(`tried.${last.type}`, { by: last.by, time: texts.hour(last.at) });
  return [did, outcome(last, texts), texts.say("tried.since", { words: texts.number(last.words_since) })].join(" ");
}

/** What became of the sign that was acted upon. */
function outcome(last: Try, texts: Texts): string {
  if (last.sign === null) return texts.say("outcome.calm");
  const sign = texts.say(`sign.${last.sign}`);
  if (last.gone_after === null) return texts.say("outcome.stands", { sign });
  if (last.stands) return texts.say("outcome.back", { sign, minutes: last.gone_after });
  return last.gone_after === 0 ? texts.say("outcome.at_once", { sign }) : texts.say("outcome.gone", { sign, minutes: last.gone_after });
}

function balance(first: number, width: number): SVGElement {
  const part = ((width - 2) * first) / 100;
  return svg(
    "svg",
    { viewBox: `0 0 ${width} 12`, width, height: 12, "aria-hidden": "true" },
    svg("rect", { class: "f-mine", x: 0, y: 2, width: part, height: 8, rx: 2 }),
    svg("rect", { class: "f-other", x: part + 2, y: 2, width: width - 2 - part, height: 8, rx: 2 }),
    svg("rect", { class: "f-ink", x: width / 2 - 0.5, y: 0, width: 1, height: 12 }),
  );
}

/** Messages in each of the last ten minutes. */
function pace(counts: readonly number[]): SVGElement {
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, index) => {
    const height = Math.max(2, (24 * count) / most);
    return svg("rect", { class: count > 0 ? "f-mine" : "f-line", x: index * 11.2, y: 24 - height, width: 9.2, height, rx: 1 });
  });
  return svg("svg", { viewBox: "0 0 112 24", width: 112, height: 24, "aria-hidden": "true" }, ...bars);
}
