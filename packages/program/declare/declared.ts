/** A resource as a program asks for it, without the engine and without Google: plain data. */
export interface DeclaredResource {
  /** Such as `gcp:cloudtasks/queue:Queue`. */
  readonly type: string;
  /** Its name in the program, not in the cloud. */
  readonly name: string;
  /** Secrets are replaced by a text that changes when they do. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs, and what Google and the providers would add: stand-ins of the same form. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options: { readonly protect: boolean; readonly retainOnDelete: boolean };
}

/** What a program declares for a stack, or why it cannot be evaluated. */
export type Declared =
  | {
      readonly resources: readonly DeclaredResource[];
      /** The program's output of this name, with stand-ins for what only Google knows. */
      readonly operations?: unknown;
      /** The settings that the file leaves out, or keeps encrypted, and that have an example's value here. */
      readonly filledIn: readonly string[];
    }
  | { readonly error: string };
