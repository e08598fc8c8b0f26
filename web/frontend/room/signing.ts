// The card of a commitment: one's own part to write, the other's to read, and both signatures.

import { button, el } from "./dom.ts";
import type { Texts } from "./texts.ts";
import { across, type Signing, type View } from "./types.ts";

const LONGEST = 400;

interface Desk {
  texts: Texts;
  partner: string;
  act(type: string, data?: Record<string, unknown>): void;
}

/** What is inside the card; words that were typed and not yet sent are carried over from the card before. */
export function signing(view: View, activity: Signing, desk: Desk): HTMLElement[] {
  return [writing(activity.parts[view.seat] ?? "", desk), theirs(activity.parts[across(view.seat)], desk), signatures(view, activity, desk)];
}

function writing(mine: string, { texts, act }: Desk): HTMLElement {
  const before = document.querySelector<HTMLTextAreaElement>("#part");
  const field = el("textarea", { id: "part", rows: 3, maxlength: LONGEST, required: true, dir: "auto" });
  field.value = before?.value ?? mine;
  if (before !== null && document.activeElement === before) {
    const { selectionStart, selectionEnd } = before;
    queueMicrotask(() => {
      field.focus();
      field.setSelectionRange(selectionStart, selectionEnd);
    });
  }
  const form = el(
    "form",
    { class: "stack tight" },
    el("label", { for: "part" }, texts.say("sign.mine")),
    field,
    el("div", { class: "row" }, el("button", { type: "submit" }, texts.say(mine === "" ? "sign.write" : "sign.change"))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text !== "" && text !== mine) act("write", { text });
  });
  return form;
}

function theirs(part: string | null, { texts, partner }: Desk): HTMLElement {
  const title = el("p", { class: "small soft" }, texts.say(part === null ? "sign.none" : "sign.theirs", { name: partner }));
  return el("div", { class: "stack tight" }, title, part === null ? null : el("blockquote", { dir: "auto" }, part));
}

function signatures(view: View, activity: Signing, { texts, partner, act }: Desk): HTMLElement {
  const { latest } = activity;
  const mine = activity.signed.includes(view.seat);
  const other = activity.signed.includes(across(view.seat));
  const sign = view.can.includes("sign") && latest !== null ? button("primary", texts.say("sign.sign"), () => act("sign", { of: latest })) : null;
  const state = mine ? "sign.waits" : other ? "sign.signed" : sign ? "sign.read" : "sign.hint";
  return el("div", { class: "stack tight" }, el("p", { class: "small" }, texts.say(state, { name: partner })), sign === null ? null : el("div", { class: "row" }, sign));
}
