// Drag one name onto another to see what pairing them would cost. Without this script: choose one, then the other.

class Pairs {
  #address: string;
  #dragged: string | null = null;

  constructor(table: HTMLTableElement) {
    this.#address = table.dataset.pairs ?? "";
    document.addEventListener("dragstart", (event) => this.#begin(event));
    document.addEventListener("dragover", (event) => this.#over(event));
    document.addEventListener("drop", (event) => this.#drop(event));
  }

  #person(event: DragEvent): string | null {
    const at = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-person]") : null;
    return at?.dataset.person ?? null;
  }

  #begin(event: DragEvent): void {
    this.#dragged = this.#person(event);
  }

  #over(event: DragEvent): void {
    const onto = this.#person(event);
    if (this.#dragged !== null && onto !== null && onto !== this.#dragged) event.preventDefault();
  }

  #drop(event: DragEvent): void {
    const onto = this.#person(event);
    if (this.#dragged === null || onto === null || onto === this.#dragged) return;
    event.preventDefault();
    location.assign(`${this.#address}&one=${this.#dragged}&two=${onto}#cost`);
  }
}

const table = document.querySelector<HTMLTableElement>("table[data-pairs]");
if (table !== null) new Pairs(table);
