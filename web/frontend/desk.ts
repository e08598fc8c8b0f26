// The facilitators' desk: live tiles in the order of need, a keyboard path, sound only if asked for.

import { io } from "socket.io-client";

import { Actions } from "./desk/actions.ts";
import { Board } from "./desk/board.ts";
import { byNeed, fits, type Show, type Summary } from "./desk/rooms.ts";
import { row, tile, type Doing } from "./desk/tiles.ts";
import { Words, type Word } from "./desk/words.ts";
import { say, the } from "./room/dom.ts";
import { Texts } from "./room/texts.ts";
import type { Ack } from "./room/types.ts";

interface Page {
  language: string;
  zone: string;
  me: string;
  rooms: Summary[];
  texts: Record<string, string>;
}

const page = JSON.parse(the("desk").dataset["page"] ?? "") as Page;
const texts = new Texts(page.texts, page.language, page.zone);
const rooms = new Map(page.rooms.map((room) => [room.id, room]));
const socket = io("/desk", { transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelay: 400, reconnectionDelayMax: 2_500 });
let show: Show = "all";
let find = "";
let waiting = false;
let still = 0; // until when nothing moves, because somebody presses

const PRESS_MS = 1_000; // at most: where a pointer is let go outside the window, nobody tells
const CLICK_MS = 100; // from letting go to the click that follows

function send(room: Summary, type: string, data: Record<string, unknown> = {}): void {
  const act = { conversation: room.id, id: crypto.randomUUID(), type, data };
  if (type === "look") words.open(room);
  socket.timeout(10_000).emit("act", act, (error: Error | null, ack?: Ack) => {
    const failed = error !== null || ack === undefined || !ack.ok;
    if (failed && type === "look") words.refused();
    const key = failed ? "failed" : "did";
    the("told-box").classList.toggle("ember", failed);
    the("told-box").hidden = false;
    say(the("told"), texts.say(key, { act: texts.say(`act.${type}`), one: room.names.a, two: room.names.b }));
  });
}

const actions = new Actions(texts, send);
const doing: Doing = {
  texts,
  join: (room) => send(room, "join"),
  nudge: (room) => actions.nudge(room),
  more: (room) => actions.more(room),
  claim: (room) => send(room, room.claimed === null ? "claim" : "release"),
  me: page.me,
};
const board = new Board((room) => (room.level === "calm" ? row(room, doing) : tile(room, doing)));
const words = new Words(texts, (room) => socket.emit("stop", room));

function shown(): Summary[] {
  const wanted = find.toLocaleLowerCase();
  return [...rooms.values()]
    .filter((room) => fits(room, show, page.me, Date.now()))
    .filter((room) => `${room.names.a} ${room.names.b}`.toLocaleLowerCase().includes(wanted))
    .sort(byNeed);
}

function draw(): void {
  waiting = false;
  const list = shown();
  for (const level of ["now", "soon", "calm"] as const) {
    const here = list.filter((room) => room.level === level);
    board.show(the(`${level}-rooms`), here);
    the(`${level}-section`).hidden = here.length === 0;
  }
  the("none").hidden = list.length > 0;
  const all = [...rooms.values()];
  const need = all.filter((room) => room.level === "now").length;
  say(the("title"), texts.say(all.length === 0 ? "title.none" : "title", { rooms: all.length, need }));
  for (const one of ["all", "free", "mine", "over"] as const) {
    say(the(`count-${one}`), texts.number(all.filter((room) => fits(room, one, page.me, Date.now())).length));
  }
}

/** Draw at the next frame, once for whatever comes until then. */
function soon(): void {
  if (waiting) return;
  waiting = true;
  if (document.hidden) window.setTimeout(draw, 500);
  else window.requestAnimationFrame(settled);
}

/** Draw once nobody presses: a button that was drawn anew between press and release would not hear the click. */
function settled(): void {
  const left = still - performance.now();
  if (left > 0) window.setTimeout(settled, left);
  else draw();
}

function keys(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...document.querySelectorAll<HTMLElement>("[data-room]")];
  const at = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-room]") ?? null;
  const room = rooms.get(at?.dataset["room"] ?? "");
  const place = at === null ? -1 : all.indexOf(at);
  const does: Record<string, () => void> = {
    j: () => all[Math.min(place + 1, all.length - 1)]?.focus(),
    k: () => all[Math.max(place - 1, 0)]?.focus(),
    n: () => room && doing.nudge(room),
    c: () => room && doing.claim(room),
    m: () => room && doing.more(room),
    "/": () => the("find").focus(),
  };
  const act = does[event.key.toLocaleLowerCase()];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

/** A short, low tone, only where the facilitator turned sound on. */
function sound(): void {
  if (!the<HTMLInputElement>("sound").checked) return;
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
  tone.frequency.value = 440;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.6);
}

function take(room: Summary): void {
  const before = rooms.get(room.id);
  if (room.level === "now" && before?.level !== "now") {
    sound();
    say(the("alert"), texts.say("alert", { one: room.names.a, two: room.names.b }));
  }
  rooms.set(room.id, room);
  soon();
}

function link(state: "connected" | "lost" | "ended"): void {
  the("link").classList.toggle("lost", state !== "connected");
  say(the("link"), texts.say(`link.${state}`));
}

socket.on("rooms", (said: { rooms: Summary[] }) => {
  rooms.clear();
  for (const room of said.rooms) rooms.set(room.id, room);
  link("connected");
  soon();
});
socket.on("room", take);
socket.on("gone", (said: { id: string }) => {
  rooms.delete(said.id);
  board.forget(said.id);
  soon();
});
socket.on("words", (said: { id: string; words: Word[] | null }) => words.hear(said.id, said.words));
socket.on("closed", () => link("ended"));
socket.on("disconnect", () => {
  words.end();
  link("lost");
});
socket.on("connect_error", () => link("lost"));

the("filters").addEventListener("change", () => {
  show = (new FormData(the<HTMLFormElement>("filters")).get("show") ?? "all") as Show;
  draw();
});
the("find").addEventListener("input", () => {
  find = the<HTMLInputElement>("find").value.trim();
  draw();
});
the("filters").addEventListener("submit", (event) => event.preventDefault());
the("sound").addEventListener("change", () => say(the("sound-label"), texts.say(the<HTMLInputElement>("sound").checked ? "sound.on" : "sound.off")));
// Single keys work only while the focus is among the rooms, so that they never surprise.
the("rooms").addEventListener("keydown", keys);
the("rooms").addEventListener("pointerdown", () => (still = performance.now() + PRESS_MS));
window.addEventListener("pointerup", () => (still = Math.min(still, performance.now() + CLICK_MS)));
window.setInterval(soon, 15_000);
the("plain").hidden = true;
the("rooms").hidden = false;
the("filters").hidden = false;
draw();
