// The difference card: where each of the two stands, by place and name and never by colour alone.

import { el, svg } from "./dom.ts";
import type { Texts } from "./texts.ts";
import { across, type Difference, type Seat } from "./types.ts";

const STEPS = [1, 2, 3, 4, 5];

interface Frame {
  me: Seat;
  partner: string;
  texts: Texts;
}

/** Draw every difference below the prompt, in a fold that opens with the step. */
export function differences(list: readonly Difference[], frame: Frame): HTMLElement {
  const { texts } = frame;
  const topics = list.map((one) => one.text).join(", ");
  const fold = el("details", { class: "differ", open: true }, el("summary", {}, texts.say("differ", { topics })));
  for (const one of list) {
    if (list.length > 1) fold.append(el("p", { class: "small", dir: "auto" }, one.text));
    fold.append(line(one, frame));
  }
  const ends = [texts.say("view.1"), texts.say("view.5")].map((end) => el("span", {}, end));
  fold.append(el("p", { class: "ends small soft", "aria-hidden": "true" }, ...ends));
  fold.append(el("p", { class: "after small soft" }, texts.say("differ.after")));
  return fold;
}

function line(one: Difference, { me, partner, texts }: Frame): SVGElement {
  const mine = one[me];
  const theirs = one[across(me)];
  const close = Math.abs(mine - theirs) < 2;
  return svg(
    "svg",
    { class: "chart", height: close ? 56 : 36, role: "img", "aria-label": words(mine, theirs, partner, texts) },
    svg("line", { class: "s-edge", x1: "3%", x2: "97%", y1: 24, y2: 24, "stroke-width": 2 }),
    ...STEPS.map((step) => svg("circle", { class: "f-edge", cx: at(step), cy: 24, r: 4 })),
    svg("circle", { class: "f-other", cx: at(theirs), cy: 24, r: 9 }),
    svg("circle", { class: "f-mine", cx: at(mine), cy: 24, r: mine === theirs ? 5 : 9 }),
    name(partner, theirs, 10),
    name(texts.say("you"), mine, close ? 50 : 10),
  );
}

function name(text: string, step: number, y: number): SVGElement {
  const edge = step === 1 ? { x: "0", class: "start" } : step === 5 ? { x: "100%", class: "end" } : { x: at(step), class: "mid" };
  return svg("text", { ...edge, y }, text);
}

function at(step: number): string {
  return `${3 + ((step - 1) / 4) * 94}%`;
}

function words(mine: number, theirs: number, partner: string, texts: Texts): string {
  return texts.say("differ.line", {
    name: partner,
    theirs: texts.say(`view.${theirs}`),
    mine: texts.say(`view.${mine}`),
  });
}
