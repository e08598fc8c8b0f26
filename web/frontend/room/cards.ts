// The one card that waits for an answer: say-back, values, commitment, last line, pause, waiting, the end.

import { button, el, icon } from "./dom.ts";
import { signing } from "./signing.ts";
import type { Texts } from "./texts.ts";
import type { Guide, View } from "./types.ts";

type Act = (type: string, data?: Record<string, unknown>) => void;

export interface Desk {
  texts: Texts;
  guide: Guide;
  partner: string;
  act: Act;
  /** The text of the message with this sequence number. */
  text(seq: number): string;
  /** Where the next pages are. */
  after: string;
  missing: string;
  /** Whole minutes that this person has waited for the other to come for the first time. */
  waited(): number;
}

/** What identifies the card this view calls for; empty for none. An equal key keeps the card, and what was typed in it. */
export function key(view: View, waited: number): string {
  const { activity, seat } = view;
  if (view.status === "closed") return `closed ${view.closed?.why} ${view.closed?.by}`;
  if (view.status === "paused") return `paused ${view.paused?.by} ${view.can.includes("resume")}`;
  if (view.status === "waiting") return `waiting ${stage(waited)}`;
  if (activity.kind === "tick") return `tick ${view.step}`;
  if (activity.kind === "sign") return `sign ${view.step} ${activity.latest} ${activity.signed.join("")}`;
  if (activity.kind === "reflect") return `reflect ${view.step}`;
  if ("waiting" in activity && activity.waiting !== null && activity.teller === seat) return `confirm ${activity.waiting}`;
  return "";
}

export function card(view: View, desk: Desk): HTMLElement | null {
  const kind = key(view, desk.waited()).split(" ")[0];
  if (kind === "confirm" && "waiting" in view.activity) return sayBack(view.activity.waiting ?? 0, desk);
  if (kind === "tick" && view.activity.kind === "tick") return tick(view, view.activity.mine, desk);
  if (kind === "sign" && view.activity.kind === "sign") return frame(desk.texts.say("sign.title"), ...signing(view, view.activity, desk));
  if (kind === "reflect" && view.activity.kind === "reflect") return reflect(view.activity.mine, desk);
  if (kind === "paused") return paused(view, desk);
  if (kind === "waiting") return waiting(desk);
  if (kind === "closed") return closed(view, desk);
  return null;
}

function frame(title: string, ...inside: (Node | null)[]): HTMLElement {
  const heading = el("h3", { id: "card-h", tabindex: -1 }, title);
  return el("section", { class: "sayback", "aria-labelledby": "card-h" }, heading, ...inside);
}

function sayBack(seq: number, { texts, partner, act, text }: Desk): HTMLElement {
  const yes = button("primary", [icon("check"), texts.say("confirm.yes")], () => act("confirm", { of: seq }));
  const answers = el("div", { class: "row" }, yes);
  const missing = el("form", { class: "stack tight", hidden: true });
  const field = el("textarea", { id: "missing", rows: 2, maxlength: 2000, dir: "auto" });
  missing.append(
    el("label", { for: "missing", class: "small" }, texts.say("not_quite.label")),
    field,
    el("div", { class: "row" }, el("button", { type: "submit" }, texts.say("not_quite.send", { name: partner }))),
  );
  missing.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = field.value.trim();
    act("not_quite", said === "" ? { of: seq } : { of: seq, text: said });
  });
  answers.append(
    button("", texts.say("confirm.no"), () => {
      missing.hidden = false;
      field.focus();
    }),
  );
  return frame(
    texts.say("confirm.title", { name: partner }),
    el("blockquote", { dir: "auto" }, text(seq)),
    answers,
    missing,
    el("p", { class: "small soft" }, texts.say("confirm.hint", { name: partner })),
  );
}

function tick(view: View, mine: number[] | null, { texts, guide, partner, act }: Desk): HTMLElement {
  const values = guide.steps[view.step]?.prompts ?? [];
  const boxes = values.map((value, index) => {
    const box = el("input", { type: "checkbox", name: "value", value: index, checked: mine?.includes(index) });
    return el("label", { class: "chip" }, box, el("span", { dir: "auto", lang: guide.language }, value));
  });
  const title = texts.say("tick.title", { name: partner });
  const form = el(
    "form",
    { class: "stack" },
    el("fieldset", { class: "chips" }, el("legend", { class: "hidden" }, title), ...boxes),
    el("div", { class: "row" }, el("button", { type: "submit", class: "primary" }, texts.say("tick.send"))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act("tick", { values: new FormData(form).getAll("value").map(Number) });
  });
  return frame(title, form, el("p", { class: "small soft" }, texts.say("tick.hint", { name: partner })));
}

function reflect(mine: { line: string; again: boolean } | null, { texts, partner, act }: Desk): HTMLElement {
  const line = el("textarea", { id: "line", rows: 2, maxlength: 280, dir: "auto" });
  line.value = mine?.line ?? "";
  const choice = (value: string, chosen: boolean): HTMLElement =>
    el("label", {}, el("input", { type: "radio", name: "again", value, required: true, checked: chosen }), el("span", {}, texts.say(`again.${value}`)));
  const form = el(
    "form",
    { class: "stack" },
    el("div", { class: "field" }, el("label", { for: "line" }, texts.say("reflect.line")), line),
    el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, texts.say("again.title", { name: partner })),
      el("div", { class: "options pairs" }, choice("yes", mine?.again === true), choice("no", mine?.again === false)),
    ),
    el("p", { class: "small soft" }, texts.say("again.hint", { name: partner })),
    el("div", { class: "row" }, el("button", { type: "submit", class: "primary" }, texts.say("reflect.send"))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act("reflect", { line: line.value.trim(), again: new FormData(form).get("again") === "yes" });
  });
  return frame(texts.say("reflect.title"), form);
}

function paused(view: View, { texts, partner, act }: Desk): HTMLElement {
  const by = view.paused?.by;
  const who = by === view.seat ? "you" : by === "facilitator" ? "facilitator" : "other";
  const go = view.can.includes("resume") ? button("primary", texts.say("resume"), () => act("resume")) : null;
  return frame(
    texts.say(`pause.title.${who}`, { name: partner }),
    el("p", {}, texts.say("pause.text")),
    go === null ? null : el("div", { class: "row" }, go),
  );
}

/** Before minute one nothing is late; from minute one it is told; from minute three there is a choice. */
function stage(waited: number): "early" | "late" | "choice" {
  return waited < 1 ? "early" : waited < 3 ? "late" : "choice";
}

function waiting({ texts, partner, missing, waited }: Desk): HTMLElement {
  const now = stage(waited());
  const choose = el("p", { class: "row" }, el("a", { class: "button primary", href: missing }, texts.say("waiting.choose")));
  return frame(
    texts.say(`waiting.title.${now}`, { name: partner }),
    el("p", {}, texts.say(`waiting.text.${now}`, { name: partner })),
    now === "choice" ? choose : null,
  );
}

function closed(view: View, { texts, partner, after }: Desk): HTMLElement {
  const { why, by } = view.closed ?? { why: "finished", by: "system" };
  const who = why === "finished" ? "finished" : by === view.seat ? "you" : by === "facilitator" ? "facilitator" : by === "system" ? "system" : "other";
  return frame(
    texts.say(`end.title.${who}`, { name: partner }),
    el("p", {}, texts.say(`end.text.${who}`, { name: partner })),
    el("p", { class: "row" }, el("a", { class: "button primary", href: after }, texts.say("end.after"))),
  );
}
