/** A JSON Schema, as zod writes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What producers and the worker agreed on for one task. */
export interface Agreement {
  readonly queue: string;
  /** The schema of the payload as producers give it. */
  readonly schema: JsonSchema;
}

/** All tasks of a checkout, by their names. */
export type Contract = Readonly<Record<string, Agreement>>;
