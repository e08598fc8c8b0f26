// The waiting card and its title look again by themselves: somebody who waits need not reload.

const LOOK_SECONDS = 30;

async function look(): Promise<void> {
  const here = document.querySelector<HTMLElement>("[data-live]");
  if (here === null || document.hidden || here.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("[data-live]");
  if (fresh === null || fresh.dataset["live"] === here.dataset["live"]) return;
  here.replaceWith(fresh);
  const told = document.querySelector<HTMLElement>("[data-told]");
  if (told !== null) told.textContent = fresh.querySelector("h1")?.textContent ?? "";
}

setInterval(() => void look().catch(() => undefined), LOOK_SECONDS * 1000);
document.addEventListener("visibilitychange", () => void look().catch(() => undefined));
