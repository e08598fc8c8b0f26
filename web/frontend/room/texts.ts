// Sentences of the page, translated by the server, with their gaps filled here.

export type Fill = Record<string, string | number>;

export class Texts {
  #sentences: Record<string, string>;
  #numbers: Intl.NumberFormat;
  #hours: Intl.DateTimeFormat;

  constructor(sentences: Record<string, string>, language: string, zone: string) {
    this.#sentences = sentences;
    this.#numbers = new Intl.NumberFormat(language);
    this.#hours = new Intl.DateTimeFormat(language, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: zone,
    });
  }

  /** The sentence `key`; what fills a gap is isolated, so that its direction stays its own. */
  say(key: string, fill: Fill = {}): string {
    const sentence = this.#sentences[key];
    if (sentence === undefined) throw new Error(`the page lacks the sentence "${key}"`);
    return sentence.replace(/\{(\w+)\}/g, (_whole, name: string) => {
      const value = fill[name];
      if (typeof value === "number") return this.#numbers.format(value);
      return `\u2068${value ?? ""}\u2069`;
    });
  }

  has(key: string): boolean {
    return key in this.#sentences;
  }

  number(value: number): string {
    return this.#numbers.format(value);
  }

  /** Hour and minute of an ISO 8601 moment, in the reader's own zone. */
  hour(at: string): string {
    return this.#hours.format(new Date(at));
  }
}
