// At the door, in the lobby and on the waiting page: tries the connection, and keeps what is told up to date.

import { icon, say } from "./room/dom.ts";

const EVERY = 1_000 * Number(document.querySelector<HTMLElement>("[data-every]")?.dataset["every"] ?? 10);
const LOBBY = document.querySelector("[data-every]") !== null; // there, asking is the sign of life: also behind another tab

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

/** Ask for this page again; a redirect means that things have moved on, so the page follows. */
async function refresh(): Promise<void> {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer === null || !answer.ok) return;
  if (answer.redirected) return window.location.assign(answer.url);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const place of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const now = fresh.getElementById(place.id);
    if (now !== null) copy(place, now);
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-part]")) {
    const now = fresh.getElementById(place.id);
    if (now === null) window.location.reload();
    else if (now.childElementCount !== place.childElementCount) place.replaceChildren(...[...now.children].map((one) => document.adoptNode(one)));
  }
}

function copy(place: HTMLElement, now: HTMLElement): void {
  const drawing = now.parentElement?.querySelector(":scope > svg");
  const old = place.parentElement?.querySelector(":scope > svg");
  if (drawing && old) old.replaceWith(document.adoptNode(drawing));
  say(place, now.textContent ?? "");
}

/** Whole minutes until the moment in an attribute, rounded up. */
function minutes(until: string | undefined): number {
  return Math.ceil((Date.parse(until ?? "") - Date.now()) / 60_000);
}

function filled(sentence: string | undefined, n: number): string {
  return (sentence ?? "").replace("{n}", n.toLocaleString(document.documentElement.lang));
}

/** Both pages count in minutes, never in seconds. */
function count(): void {
  const start = document.getElementById("when");
  if (start !== null) {
    const left = minutes(start.dataset["at"]);
    if (left <= 0) say(start, start.dataset["now"] ?? "");
    else if (left <= 60) say(start, filled(start.dataset["in"], left));
  }
  const wait = document.getElementById("wait");
  if (wait !== null) keep(wait);
}

function keep(wait: HTMLElement): void {
  const left = Math.max(0, minutes(wait.dataset["until"]));
  const whole = Date.parse(wait.dataset["until"] ?? "") - Date.parse(wait.dataset["from"] ?? "");
  const share = whole > 0 ? Math.min(100, Math.round(100 - (left * 6_000_000) / whole)) : 100;
  wait.querySelector("circle[stroke-dasharray]")?.setAttribute("stroke-dasharray", `${Math.max(0, share)} 100`);
  const words = wait.querySelector("span");
  if (words !== null) say(words, filled(wait.dataset["left"], left));
}

void tell();
count();
window.setInterval(count, 5_000);
window.setInterval(() => {
  if (LOBBY || !document.hidden) void refresh();
}, EVERY);
