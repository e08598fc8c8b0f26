// The room's page: reads what the server wrote into it, connects, and draws every change.

import { card, key } from "./room/cards.ts";
import { Channel, changed, type Listener } from "./room/channel.ts";
import { Composer } from "./room/composer.ts";
import { say, the } from "./room/dom.ts";
import { watchWords, type Hint } from "./room/hints.ts";
import { Log } from "./room/log.ts";
import { Prompt } from "./room/prompt.ts";
import { Safety } from "./room/safety.ts";
import { socketTransport } from "./room/socket.ts";
import { stored } from "./room/storage.ts";
import { Texts } from "./room/texts.ts";
import { Top } from "./room/top.ts";
import type { Act, Guide, Link, View } from "./room/types.ts";

interface Page {
  conversation: string;
  language: string;
  zone: string;
  partner: string;
  view: View;
  guide: Guide;
  /** Seconds since this person began to wait for the other; negative before the hour. */
  waited: number;
  after: string;
  missing: string;
  texts: Record<string, string>;
  hints: Hint[];
}

const page = JSON.parse(the("room").dataset["page"] ?? "") as Page;
const texts = new Texts(page.texts, page.language, page.zone);
const { guide, partner } = page;
const store = stored(`${page.conversation}:${page.view.seat}`);

let view = page.view;
let link: Link = "connecting";
let waiting: readonly Act[] = [];
let behind = 0; // the server's clock minus ours, in milliseconds
let shown = "";

const act = (type: string, data: Record<string, unknown> = {}): void => void channel.act(type, data);
const log = new Log(the("log"), { me: view.seat, partner, guide, texts });
const bar = new Top({ presence: the("presence"), link: the("link"), ribbon: the("ribbon") }, texts, partner);
const asked = new Prompt(guide, texts, partner, act, () => Date.now() + behind);
const composer = new Composer(texts, partner, store.draft, (way, text) => act(way, { text }), (on) => channel.typing(on));
const safety = new Safety({
  texts,
  partner,
  act,
  theirs: () => log.theirs(20),
  idea: () => texts.say(`idea.${guide.steps[view.step]?.activity ?? "together"}`, { name: partner }),
  linked: () => link === "connected" || link === "held",
});
/** The server says how long it is, so that a reload starts no minute anew. */
const since = Date.now() - page.waited * 1_000;
const waited = (): number => Math.floor((Date.now() - since) / 60_000);
const desk = { texts, guide, partner, act, text: (seq: number) => log.text(seq), after: page.after, missing: page.missing, waited };

function draw(): void {
  bar.show(view);
  asked.show(view);
  composer.show(view);
  safety.show(view);
  const activity = view.activity;
  const mine = "waiting" in activity && activity.teller === view.seat && view.status === "talking";
  log.hideWhileWaiting(mine ? activity.waiting : null);
  drawCard();
}

/** A new card is told by its heading; focus stays where the person is. */
function drawCard(): void {
  const wanted = key(view, waited());
  if (wanted === shown) return;
  shown = wanted;
  const made = card(view, desk);
  the("card").replaceChildren(...(made === null ? [] : [made]));
  say(the("said-now"), made?.querySelector("h3")?.textContent ?? "");
}

const listener: Listener = {
  link(now, code) {
    link = now;
    bar.link(now);
    log.pending(waiting, link);
    the("gone").hidden = now !== "ended";
    the("gone-again").hidden = code === "lapsed";
    if (now === "ended") say(the("gone-text"), texts.say(texts.has(`gone.${code}`) ? `gone.${code}` : "gone"));
  },
  state(state) {
    view = state.room;
    draw();
  },
  event(event, live) {
    view = changed(view, event);
    log.add(event);
    if (!live) return;
    behind = Date.parse(event.at) - Date.now();
    draw();
    if (event.type === "leave" && event.actor === view.seat) window.location.assign(page.after);
    if (event.type === "report" && event.actor === view.seat) window.location.assign(page.after);
  },
  typing: (seat, on) => seat !== view.seat && bar.writing(on),
  presence: (here) => bar.presence(here, view.seat),
  pending(acts) {
    waiting = acts;
    log.pending(acts, link);
  },
  refused(refusedAct, code) {
    say(the("refusal"), texts.say(texts.has(`refused.${code}`) ? `refused.${code}` : "refused"));
    the("refusal-box").hidden = false;
    const text = refusedAct.data["text"];
    if (typeof text === "string") composer.restore(text);
  },
};

const channel = new Channel(socketTransport(page.conversation), listener, {
  newId: () => crypto.randomUUID(),
  later(milliseconds, what) {
    const timer = window.setTimeout(what, milliseconds);
    return () => window.clearTimeout(timer);
  },
  load: store.acts.get,
  save: store.acts.set,
});

window.addEventListener("offline", () => channel.network(false));
window.addEventListener("online", () => channel.network(true));
window.setInterval(() => {
  asked.clock(view);
  drawCard();
}, 10_000);
the("composer").addEventListener("submit", () => (the("refusal-box").hidden = true));
watchWords(page.hints);
draw();
channel.open();
