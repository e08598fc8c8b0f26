// Says what is wrong while a form is typed. Without this script the same is said when it is sent.

const PAUSE = 400; // ms of quiet before asking

function watch(form: HTMLFormElement, address: string): void {
  let timer = 0;
  const touched = new Set<string>();
  const ask = async (): Promise<void> => {
    const answer = await fetch(address, { method: "POST", body: new FormData(form) });
    if (!answer.ok) return;
    const problems = (await answer.json()) as Record<string, string>;
    for (const place of form.querySelectorAll<HTMLElement>("[data-problem]")) {
      const key = place.dataset.problem ?? "";
      const said = touched.has(key) || key === "policy" ? (problems[key] ?? "") : "";
      if (place.textContent !== said) place.textContent = said;
      form.querySelector(`[name="${key}"]`)?.setAttribute("aria-invalid", String(said !== ""));
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target instanceof Element) touched.add(event.target.getAttribute("name") ?? "");
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-checked]")) watch(form, form.dataset.checked ?? "");
