/** A resource as a program asks for it, without the engine and without Google. */
export interface DeclaredResource {
  /** Such as `gcp:cloudtasks/queue:Queue`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** Secrets are replaced by a text that changes when they do. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What Google and the providers would add: stand-ins of the same form. */
  readonly made: Readonly<Record<string, unknown>>;
  readonly options: { readonly protect: boolean; readonly retainOnDelete: boolean };
}

/** What a program declares for a stack, or why it cannot be evaluated. */
export type Declared =
  { readonly resources: readonly DeclaredResource[] } | { readonly error: string };
