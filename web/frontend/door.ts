// At the door and on the waiting page: tries the connection, and keeps what is told up to date.

import { icon, say } from "./room/dom.ts";

const EVERY = 10_000;

/** Open a socket as the room will, and close it as soon as the server has answered. */
function reach(): Promise<boolean> {
  return new Promise((resolve) => {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${window.location.host}/socket.io/?EIO=4&transport=websocket`);
    const done = (reached: boolean): void => {
      window.clearTimeout(timer);
      socket.close();
      resolve(reached);
    };
    const timer = window.setTimeout(() => done(false), 8_000);
    socket.addEventListener("message", () => done(true));
    socket.addEventListener("error", () => done(false));
  });
}

async function tell(): Promise<void> {
  const place = document.getElementById("connection");
  if (place === null) return;
  const reached = await reach();
  const drawing = icon(reached ? "check" : "warn");
  if (drawing !== null) place.parentElement?.querySelector("svg")?.replaceWith(drawing);
  say(place, place.dataset[reached ? "working" : "failing"] ?? "");
}

/** Ask for this page again; a redirect means that the room has moved on, so the page follows. */
async function refresh(): Promise<void> {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer === null || !answer.ok) return;
  if (answer.redirected) return window.location.assign(answer.url);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const place of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const now = fresh.getElementById(place.id);
    if (now === null) continue;
    // A choice has opened: the whole page is another one.
    if (place.id === "asked" && now.textContent !== place.textContent) return window.location.reload();
    copy(place, now);
  }
}

function copy(place: HTMLElement, now: HTMLElement): void {
  const drawing = now.parentElement?.querySelector(":scope > svg");
  const old = place.parentElement?.querySelector(":scope > svg");
  if (place.id === "partner" && drawing && old) old.replaceWith(document.adoptNode(drawing));
  say(place, now.textContent ?? "");
}

void tell();
window.setInterval(() => {
  if (!document.hidden) void refresh();
}, EVERY);
