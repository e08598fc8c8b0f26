// What this tab keeps of a conversation across reloads: the draft and the acts not yet acknowledged.

import type { Act } from "./types.ts";

interface Box<T> {
  get(): T;
  set(value: T): void;
}

/** Boxes for one seat of a conversation in the tab's own storage; without storage they only live with the page. */
export function stored(seat: string): { draft: Box<string>; acts: Box<Act[]> & { set(acts: readonly Act[]): void } } {
  return {
    draft: box(`earshot:draft:${seat}`, ""),
    acts: box<Act[]>(`earshot:acts:${seat}`, []) as Box<Act[]> & { set(acts: readonly Act[]): void },
  };
}

function box<T>(name: string, empty: T): Box<T> {
  return {
    get() {
      try {
        const kept = sessionStorage.getItem(name);
        return kept === null ? empty : (JSON.parse(kept) as T);
      } catch {
        return empty;
      }
    },
    set(value) {
      try {
        sessionStorage.setItem(name, JSON.stringify(value));
      } catch {
        // No storage (private window, full): the page itself still holds it.
      }
    },
  };
}
