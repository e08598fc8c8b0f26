// A hint for whoever writes, seen by nobody else, before sending; it changes no word and stops nothing.

import { say, the } from "./dom.ts";

export interface Hint {
  text: string;
  words: string[];
}

/** The first hint whose words stand in `text`, at word boundaries; "*" stands for any ending. */
export function hintFor(text: string, hints: readonly Hint[]): Hint | null {
  const plain = ` ${(text.toLowerCase().replaceAll("’", "'").match(/[\p{L}\p{N}_]+(?:['-][\p{L}\p{N}_]+)*/gu) ?? []).join(" ")} `;
  const there = (word: string): boolean => plain.includes(word.endsWith("*") ? ` ${word.slice(0, -1)}` : ` ${word} `);
  return hints.find((hint) => hint.words.some(there)) ?? null;
}

/** Watch the writing field; a hint that was put aside does not come back for this message. */
export function watchWords(hints: readonly Hint[]): void {
  if (hints.length === 0) return;
  const field = the<HTMLTextAreaElement>("write");
  const box = the("word-hint");
  let aside = "";
  const look = (): void => {
    if (field.value === "") aside = "";
    const found = hintFor(field.value, hints);
    box.hidden = found === null || found.text === aside;
    if (!box.hidden && found !== null) say(the("word-hint-text"), found.text);
  };
  the("word-hint-aside").addEventListener("click", () => {
    aside = the("word-hint-text").textContent ?? "";
    box.hidden = true;
    field.focus();
  });
  field.addEventListener("input", look);
  the("composer").addEventListener("submit", () => (box.hidden = true));
}
