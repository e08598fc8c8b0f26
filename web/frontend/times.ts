// The week's grid: drag marks several hours, arrow keys walk, space marks. Without this script: plain checkboxes.

import { say } from "./room/dom.ts";

class Week {
  #rows: HTMLInputElement[][];
  #table: HTMLTableElement;
  #count: HTMLElement | null;
  #painting: boolean | null = null;
  #pressed = false;

  constructor(table: HTMLTableElement) {
    this.#table = table;
    this.#rows = [...table.querySelectorAll("tr")]
      .map((row) => [...row.querySelectorAll<HTMLInputElement>("input[type=checkbox]")])
      .filter((row) => row.length > 0);
    this.#count = document.querySelector("[data-week-count]");
    table.addEventListener("keydown", (event) => this.#walk(event));
    table.addEventListener("pointerdown", (event) => this.#begin(event));
    table.addEventListener("pointermove", (event) => this.#paint(event));
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => (this.#painting = null));
    table.addEventListener("click", (event) => this.#click(event));
    table.addEventListener("change", () => this.#told());
    this.#rove(this.#rows[0]?.[0] ?? null);
    this.#told();
  }

  /** One cell of the grid is in the tab order; arrows move it. */
  #rove(to: HTMLInputElement | null): void {
    for (const box of this.#rows.flat()) box.tabIndex = box === to ? 0 : -1;
  }

  #walk(event: KeyboardEvent): void {
    const from = this.#cell(event.target);
    const step = this.#direction(event.key);
    if (from === null || step === null) return;
    const row = this.#rows.findIndex((boxes) => boxes.includes(from));
    const column = this.#rows[row]?.indexOf(from) ?? 0;
    const to = this.#rows[row + step[0]]?.[step[1] === Infinity ? this.#rows[row]!.length - 1 : step[1] === -Infinity ? 0 : column + step[1]];
    event.preventDefault();
    if (to === undefined) return;
    this.#rove(to);
    to.focus();
  }

  #direction(key: string): [number, number] | null {
    const along = getComputedStyle(this.#table).direction === "rtl" ? -1 : 1;
    const steps: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowRight: [0, along],
      ArrowLeft: [0, -along],
      Home: [0, -Infinity],
      End: [0, Infinity],
    };
    return steps[key] ?? null;
  }

  #begin(event: PointerEvent): void {
    const box = this.#cell(event.target);
    if (box === null || event.button !== 0) return;
    this.#painting = !box.checked;
    this.#pressed = true;
    this.#rove(box);
    this.#mark(box);
    if (event.target instanceof Element && event.target.hasPointerCapture(event.pointerId)) {
      event.target.releasePointerCapture(event.pointerId);
    }
  }

  /** The pointer has marked already: the click that follows it must not undo that. Clicks of their own pass. */
  #click(event: MouseEvent): void {
    if (this.#pressed && this.#cell(event.target) !== null) event.preventDefault();
    this.#pressed = false;
  }

  #paint(event: PointerEvent): void {
    if (this.#painting === null) return;
    const box = this.#cell(document.elementFromPoint(event.clientX, event.clientY));
    if (box !== null) this.#mark(box);
  }

  #mark(box: HTMLInputElement): void {
    if (this.#painting === null || box.checked === this.#painting) return;
    box.checked = this.#painting;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #cell(target: EventTarget | null): HTMLInputElement | null {
    if (!(target instanceof Element) || !this.#table.contains(target)) return null;
    return target.closest("td")?.querySelector<HTMLInputElement>("input[type=checkbox]") ?? null;
  }

  #told(): void {
    if (this.#count === null) return;
    const n = this.#rows.flat().filter((box) => box.checked).length;
    const form = new Intl.PluralRules(document.documentElement.lang).select(n);
    const words = (n > 0 && form === "one" ? this.#count.dataset["one"] : null) ?? this.#count.dataset["many"] ?? "{n}";
    say(this.#count, words.replace("{n}", n.toLocaleString(document.documentElement.lang)));
  }
}

for (const table of document.querySelectorAll<HTMLTableElement>("table[data-week]")) new Week(table);

/** Somebody who never chose a zone is offered the one this device is in. */
for (const choice of document.querySelectorAll<HTMLSelectElement>("select[data-zone]")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (choice.value === "UTC" && [...choice.options].some((option) => option.value === here)) choice.value = here;
}
