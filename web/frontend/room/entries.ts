// What an event of the log reads like: a message somebody wrote, or a grey line about what happened.

import type { Texts } from "./texts.ts";
import type { Actor, Data, Effect, Guide, RoomEvent, Seat } from "./types.ts";

export interface Message {
  side: "mine" | "theirs" | "facilitator";
  /** A sentence key for what kind of message it is, when it is more than a line. */
  as: "say" | "tell" | "say_back" | "not_quite" | "nudge" | "note";
  by: string;
  text: string;
}

export interface Entry {
  message: Message | null;
  lines: string[];
}

/** Who is who, for the person at this screen. */
export interface Cast {
  me: Seat;
  partner: string;
  guide: Guide;
  texts: Texts;
}

const SPOKEN = new Set(["say", "tell", "say_back", "not_quite"]);

export function entry(event: RoomEvent, cast: Cast): Entry {
  const lines = [happened(event, cast), ...event.effects.map((effect) => caused(effect, cast))];
  return { message: message(event, cast), lines: lines.filter((line): line is string => line !== null) };
}

function message(event: RoomEvent, cast: Cast): Message | null {
  const text = event.data["text"];
  if (typeof text !== "string" || text === "") return null;
  if (event.type === "nudge" || event.type === "note") {
    return { side: "facilitator", as: event.type, by: word(event.data, "by"), text };
  }
  if (!SPOKEN.has(event.type)) return null;
  const side = event.actor === cast.me ? "mine" : "theirs";
  return { side, as: event.type as Message["as"], by: cast.partner, text };
}

/** The line for the act itself; null where the message or an effect already says it. */
function happened(event: RoomEvent, cast: Cast): string | null {
  const { type, actor, data } = event;
  if (type === "not_quite" && data["text"]) return null;
  if (type === "help") return help(actor, data, cast);
  if (type === "duty") {
    return "by" in data ? cast.texts.say("duty.on", { by: word(data, "by") }) : cast.texts.say("duty.off");
  }
  if (type === "allow") return allow(actor, data, cast);
  if (type === "dropped" || type === "returned") {
    return data["seat"] === cast.me ? null : cast.texts.say(type, { name: cast.partner });
  }
  if (type === "ready" && actor === cast.me) return null;
  return told(type, actor, data, cast);
}

/** Sentence `type.you`, `type.other` or `type.facilitator`, if the page has it. */
function told(type: string, actor: Actor, data: Data, cast: Cast): string | null {
  const key = `${type}.${actor === cast.me ? "you" : actor === "facilitator" ? "facilitator" : "other"}`;
  if (!cast.texts.has(key)) return null;
  const fill = { name: cast.partner, by: word(data, "by"), minutes: count(data, "minutes") };
  return cast.texts.say(key, fill);
}

/** The other side is told of a call for help only where it means that messages can be read. */
function help(actor: Actor, data: Data, cast: Cast): string | null {
  const shown = data["show"] === true ? "shown" : "unseen";
  if (actor !== cast.me && shown === "unseen") return null;
  return cast.texts.say(`help.${actor === cast.me ? "you" : "other"}.${shown}`, { name: cast.partner });
}

function allow(actor: Actor, data: Data, cast: Cast): string {
  const said = data["show"] === true ? "yes" : "no";
  return cast.texts.say(`allow.${actor === cast.me ? "you" : "other"}.${said}`, { name: cast.partner });
}

function caused(effect: Effect, cast: Cast): string | null {
  const { texts, guide, me, partner } = cast;
  switch (effect.type) {
    case "moved":
      return texts.say("moved", { title: guide.steps[count(effect.data, "step")]?.title ?? "" });
    case "swapped":
      return texts.say(effect.data["teller"] === me ? "swapped.you" : "swapped.other", { name: partner });
    case "paused":
      return told("paused", effect.data["by"] as Actor, effect.data, cast);
    case "overlap":
      return overlap(effect.data["values"] as number[], cast);
    case "closed":
      return closed(effect.data, cast);
    case "began":
    case "resumed":
    case "again":
    case "committed":
      return texts.say(effect.type, { name: partner });
    default:
      return null;
  }
}

function overlap(values: number[], cast: Cast): string {
  const names = ticked(values, cast.guide);
  return names.length === 0 ? cast.texts.say("overlap.none") : cast.texts.say("overlap", { values: names.join(", ") });
}

/** The values of the guide's tick step by their indexes. */
export function ticked(values: readonly number[], guide: Guide): string[] {
  const step = guide.steps.find((candidate) => candidate.activity === "tick");
  return values.map((index) => step?.prompts[index] ?? "").filter((name) => name !== "");
}

function closed(data: Data, cast: Cast): string {
  if (data["why"] === "finished") return cast.texts.say("closed.finished");
  if (data["by"] === cast.me) return cast.texts.say("closed.you");
  const key = data["by"] === "facilitator" ? "closed.facilitator" : data["by"] === "system" ? "closed.system" : "closed.other";
  return cast.texts.say(key, { name: cast.partner });
}

function word(data: Data, key: string): string {
  const value = data[key];
  return typeof value === "string" ? value : "";
}

function count(data: Data, key: string): number {
  const value = data[key];
  return typeof value === "number" ? value : 0;
}
