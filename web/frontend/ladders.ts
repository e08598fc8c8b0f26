// Counts the answers of a page of questions while they are given, and draws thermometers.

import { say } from "./room/dom.ts";

/** A slider beside each number: moving one moves the other. An empty field stays unanswered until touched. */
function thermometer(field: HTMLInputElement): void {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = field.min;
  slider.max = field.max;
  slider.step = "5";
  slider.value = field.value || "50";
  slider.classList.toggle("untouched", field.value === "");
  slider.setAttribute("aria-labelledby", labelled(field));
  slider.setAttribute("aria-describedby", field.getAttribute("aria-describedby") ?? "");
  slider.addEventListener("input", () => {
    field.value = slider.value;
    slider.classList.remove("untouched");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  field.addEventListener("input", () => {
    if (field.value !== "") slider.value = field.value;
    slider.classList.toggle("untouched", field.value === "");
  });
  field.before(slider);
}

function labelled(field: HTMLInputElement): string {
  const label = field.labels?.[0];
  if (!label) return "";
  label.id ||= `${field.id}-l`;
  return label.id;
}

function count(form: HTMLFormElement, status: HTMLElement, words: string): void {
  const questions = new Set<string>();
  for (const field of form.querySelectorAll<HTMLInputElement>("input[type=radio], input[data-warmth]")) questions.add(field.name);
  const given = new FormData(form);
  const answered = [...questions].filter((name) => (given.get(name) ?? "") !== "").length;
  // The sentence came from the server with its own numbers; only they change.
  let n = 0;
  say(status, words.replace(/\p{Nd}+/gu, (old) => (n++ === 0 ? answered.toLocaleString(document.documentElement.lang) : old)));
}

document.querySelectorAll<HTMLInputElement>("input[data-warmth]").forEach(thermometer);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-ladders]")) {
  const status = form.querySelector<HTMLElement>(".actionbar [role=status]");
  if (status === null) continue;
  const words = status.textContent ?? "";
  form.addEventListener("change", () => count(form, status, words));
}
