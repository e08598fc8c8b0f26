// The board: each room has one node that stays; only what changed is drawn anew, and moved only if its place did.

import { minutesIn, type Summary } from "./rooms.ts";

interface Drawn {
  room: Summary;
  minute: number | null;
  node: HTMLElement;
}

export class Board {
  #drawn = new Map<string, Drawn>();
  #make: (room: Summary) => HTMLElement;

  constructor(make: (room: Summary) => HTMLElement) {
    this.#make = make;
  }

  /** Let `root` hold exactly `list`, in this order; return how many nodes were made. */
  show(root: HTMLElement, list: readonly Summary[]): number {
    let made = 0;
    let next = root.firstElementChild;
    for (const room of list) {
      const known = this.#drawn.get(room.id);
      const minute = minutesIn(room, Date.now());
      let node = known?.node;
      if (node === undefined || known?.room !== room || known.minute !== minute) {
        made++;
        const held = node !== undefined && node.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
        const fresh = this.#make(room);
        if (node === next && node !== undefined) next = node.nextElementSibling;
        if (node?.parentElement === root) node.replaceWith(fresh);
        else node?.remove();
        if (fresh.parentElement !== root) root.insertBefore(fresh, next);
        node = fresh;
        this.#drawn.set(room.id, { room, minute, node });
        if (held !== null) refocus(fresh, held);
        if (node.nextElementSibling === next) continue;
      }
      if (node === next) next = node.nextElementSibling;
      else root.insertBefore(node, next);
    }
    while (next !== null) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
    return made;
  }

  forget(id: string): void {
    this.#drawn.get(id)?.node.remove();
    this.#drawn.delete(id);
  }
}

function refocus(fresh: HTMLElement, held: HTMLElement): void {
  const does = held.dataset["do"];
  (does === undefined ? fresh : (fresh.querySelector<HTMLElement>(`[data-do="${does}"]`) ?? fresh)).focus({ preventScroll: true });
}
