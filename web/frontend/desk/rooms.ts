// What the desk knows of the rooms: counts and reasons, never a word of them. Pure: no page.

import type { Seat } from "../room/types.ts";

export type Level = "now" | "soon" | "calm";

/** What a facilitator did, upon which sign, after how many minutes that went, and whether it stands now. */
export interface Try {
  type: string;
  by: string;
  at: string;
  words_since: number;
  sign: string | null;
  gone_after: number | null;
  stands: boolean;
}

export interface Summary {
  id: string;
  names: Record<Seat, string>;
  status: string;
  step: number;
  steps: number;
  step_title: string;
  since: string | null;
  minutes: number;
  paused: { by: string; at: string } | null;
  present: Seat[];
  words: Record<Seat, number>;
  pace: number[];
  pace_at: string;
  claimed: string | null;
  readable: boolean;
  facilitator: string | null;
  help: Seat[];
  level: Level;
  order: number[];
  reasons: { name: string; text: string; source: string }[];
  tried: Try[];
}

export type Show = "all" | "free" | "mine" | "over";

/** Neediest first: the server's order, compared number by number. */
export function byNeed(one: Summary, two: Summary): number {
  for (let place = 0; place < Math.max(one.order.length, two.order.length); place++) {
    const difference = (one.order[place] ?? 0) - (two.order[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.id < two.id ? -1 : 1;
}

/** Minutes spent in the step, pauses taken out; null before it began. */
export function minutesIn(room: Summary, now: number): number | null {
  if (room.since === null) return null;
  const until = room.paused === null ? now : Date.parse(room.paused.at);
  return Math.max(0, Math.floor((until - Date.parse(room.since)) / 60_000));
}

/** The first person's share of the words, in whole percent; half while nothing was said. */
export function share(room: Summary): number {
  const all = room.words.a + room.words.b;
  return all === 0 ? 50 : Math.round((100 * room.words.a) / all);
}

export function fits(room: Summary, show: Show, me: string, now: number): boolean {
  switch (show) {
    case "free":
      return room.level !== "calm" && room.facilitator === null && room.claimed === null && room.tried.length === 0;
    case "mine":
      return room.facilitator === me || room.claimed === me || room.tried.some((one) => one.by === me);
    case "over":
      return (minutesIn(room, now) ?? 0) > room.minutes;
    case "all":
      return true;
  }
}
