// What travels between the room and the server: the protocol of docs/protocol.md in types.

export type Seat = "a" | "b";
export type Actor = Seat | "facilitator" | "system";
export type Here = "here" | "away";

export interface Step {
  name: string;
  title: string;
  purpose: string;
  minutes: number;
  activity: "together" | "say_back" | "reveal" | "alternate" | "tick" | "sign" | "reflect";
  prompts: string[];
}

export interface Guide {
  language: string;
  title: string;
  minutes: number;
  steps: Step[];
}

export interface Together {
  kind: "together";
}

export interface Telling {
  kind: "say_back" | "reveal";
  teller: Seat;
  told: boolean;
  waiting: number | null;
  confirmed: Seat[];
  tries: number;
}

export interface Alternating {
  kind: "alternate";
  prompt: number;
  turn: Seat;
  passed: number;
}

export interface Ticking {
  kind: "tick";
  ticked: Seat[];
  mine: number[] | null;
}

export interface Signing {
  kind: "sign";
  parts: Record<Seat, string | null>;
  latest: number | null;
  signed: Seat[];
}

export interface Reflecting {
  kind: "reflect";
  done: Seat[];
  mine: { line: string; again: boolean } | null;
}

export type Activity = Together | Telling | Alternating | Ticking | Signing | Reflecting;

export interface Difference {
  text: string;
  a: number;
  b: number;
}

export interface View {
  seq: number;
  seat: Seat;
  status: "waiting" | "talking" | "paused" | "closed";
  step: number;
  since: string | null;
  minutes: number;
  ready: Seat[];
  present: Seat[];
  paused: { by: Actor; at: string } | null;
  pause_word: string;
  help: Seat[];
  shown: Seat[];
  read_from: number | null;
  facilitator: string | null;
  claimed: string | null;
  activity: Activity;
  difference: Difference[] | null;
  overlap: number[] | null;
  overlap_step: number | null;
  commitment: Record<Seat, string> | null;
  again: boolean;
  closed: { why: "finished" | "left" | "ended"; by: Actor; at: string } | null;
  can: string[];
}

export type Data = Record<string, unknown>;

export interface Effect {
  type: string;
  data: Data;
}

export interface RoomEvent {
  seq: number;
  at: string;
  type: string;
  actor: Actor;
  data: Data;
  effects: Effect[];
  room?: Partial<View>;
  id?: string;
}

export interface State {
  seq: number;
  room: View;
  guide: Guide;
  names: Record<Seat, string>;
}

export interface Act {
  id: string;
  type: string;
  data: Data;
}

export type Ack =
  | { ok: true; seq?: number; at?: string }
  | { ok: false; error: { code: string; message: string } };

/** "held": connected, but the server cannot store just now. */
export type Link = "connecting" | "connected" | "held" | "lost" | "ended";

/** The seat across from `seat`. */
export function across(seat: Seat): Seat {
  return seat === "a" ? "b" : "a";
}
