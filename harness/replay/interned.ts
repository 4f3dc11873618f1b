/** Values that are kept; further ones are given back as they are. */
const MOST = 1024;

/** Gives equal values as one object: connections come in alike by the thousands. Only for what nobody changes. */
export class Interned {
  readonly #known = new Map<string, object>();

  of<Value extends object>(value: Value): Value {
    const key = JSON.stringify(value);
    const known = this.#known.get(key) as Value | undefined;
    if (known) return known;
    if (this.#known.size < MOST) this.#known.set(key, value);
    return value;
  }
}
