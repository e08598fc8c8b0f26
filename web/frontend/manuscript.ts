// Says line by line what is wrong while a text is written, and shows it as people see it.
// Without this script the same is shown when the form is sent.

const PAUSE = 400; // ms of quiet before asking

function start(form: HTMLFormElement, address: string): void {
  const area = form.querySelector("textarea");
  const seen = document.querySelector("[data-seen]");
  const place = form.querySelector<HTMLElement>("[data-at]");
  if (!area || !seen) return;
  let timer = 0;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const answer = await fetch(address, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    seen.replaceChildren(...page.body.children);
    area.setAttribute("aria-invalid", String(seen.querySelector("[data-line]") !== null));
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
  const say = (): void => {
    const line = area.value.slice(0, area.selectionStart).split("\n").length;
    if (place) place.textContent = (place.dataset.at ?? "").replace("{line}", String(line));
  };
  for (const name of ["keyup", "click", "input"]) area.addEventListener(name, say);
  seen.addEventListener("click", (event) => {
    const line = event.target instanceof HTMLElement ? event.target.dataset.line : undefined;
    if (line === undefined) return;
    event.preventDefault();
    go(area, Number(line));
    say();
  });
}

/** Puts the cursor at the start of `line` (from 1) and that line into view. */
function go(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split("\n");
  const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(at, at + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 4);
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-manuscript]")) start(form, form.dataset.manuscript ?? "");

export {};
