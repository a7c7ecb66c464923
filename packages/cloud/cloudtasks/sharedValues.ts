/**
 * Values that many tasks have in common, kept once: a million copies of one URL and its headers take as much
 * memory as the rest of their tasks. What few have in common soon makes room.
 */
export class SharedValues<Value> {
  readonly #values = new Map<string, Value>();

  /** The value that was made for this key, or else a new one. */
  get(key: string, make: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = make();
    if (key.length > MAX_KEY_LENGTH) return value;
    if (this.#values.size === MAX_VALUES) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }
}

const MAX_VALUES = 1000;
/** Longer ones are hardly ever equal, and a thousand of them would be much. */
const MAX_KEY_LENGTH = 2100;
