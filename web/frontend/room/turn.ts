// Whose turn it is and what the writing field is for, read from the folded room. Pure: no page.

import { across, type Telling, type View } from "./types.ts";

export type Way = "say" | "tell" | "say_back" | "not_quite";

/** The sentence key that says what is asked of this person now. */
export function turn(view: View): string {
  if (view.status !== "talking") return `turn.${view.status}`;
  const { seat, activity } = view;
  switch (activity.kind) {
    case "together":
      return "turn.together";
    case "say_back":
    case "reveal":
      return activity.teller === seat ? teller(activity) : listener(activity);
    case "alternate":
      return activity.turn === seat ? "turn.answer" : "turn.answering";
    case "tick":
      return activity.ticked.includes(seat) ? "turn.ticked" : "turn.tick";
    case "sign":
      return activity.signed.includes(seat) ? "turn.signed" : "turn.sign";
    case "reflect":
      return activity.done.includes(seat) ? "turn.reflected" : "turn.reflect";
  }
}

function teller(activity: Telling): string {
  if (activity.waiting !== null) return "turn.confirm";
  if (!activity.told) return "turn.tell";
  return activity.tries > 0 ? "turn.retold" : "turn.told";
}

function listener(activity: Telling): string {
  if (activity.waiting !== null) return "turn.heard";
  if (!activity.told) return "turn.listen";
  return activity.tries > 0 ? "turn.again" : "turn.say_back";
}

/** The ways to write that are open now, the likeliest first. */
export function ways(view: View): Way[] {
  const open = (way: Way): boolean => view.can.includes(way);
  const found: Way[] = [];
  if (open("say_back")) found.push("say", "say_back");
  else if (open("tell")) found.push("tell", "say");
  else if (open("say")) found.push("say");
  return found.filter(open);
}

/** Minutes of advice that are left, whole and rounded up; null before the clock runs; negative when over. */
export function minutesLeft(view: View, now: number): number | null {
  if (view.since === null) return null;
  const until = view.paused === null ? now : Date.parse(view.paused.at);
  const gone = (until - Date.parse(view.since)) / 60_000;
  return Math.ceil(view.minutes - gone);
}

export function isReady(view: View): { me: boolean; partner: boolean } {
  return { me: view.ready.includes(view.seat), partner: view.ready.includes(across(view.seat)) };
}
