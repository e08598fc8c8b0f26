// Building pages from text: no string ever becomes markup.

type Child = Node | string | null | false;
type Attributes = Record<string, string | boolean | number | undefined>;

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (true: present, false or undefined: absent) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  return fill(document.createElementNS(SVG, name) as SVGElement, attributes, children);
}

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

/** A button that does `act` when pressed. */
export function button(kind: string, label: Child[] | string, act: () => void): HTMLButtonElement {
  const made = el("button", { type: "button", class: kind || undefined });
  made.append(...(typeof label === "string" ? [label] : label.filter((c): c is Node | string => !!c)));
  made.addEventListener("click", act);
  return made;
}

/** The one element with this id; its absence is a fault of the template. */
export function the<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page lacks #${id}`);
  return found as E;
}

/** A copy of the drawing kept in the page under `data-icon`. */
export function icon(name: string): Node | null {
  return document.querySelector(`[data-icon="${name}"] svg`)?.cloneNode(true) ?? null;
}

/** Write `text` only where it differs: a screen reader is told of changes, not of repetitions. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The sentence with its filled gaps set strong. */
export function strong(sentence: string): Node[] {
  return sentence
    .split(/\u2068|\u2069/)
    .map((part, index) => (index % 2 === 1 ? el("strong", { dir: "auto" }, part) : document.createTextNode(part)));
}
