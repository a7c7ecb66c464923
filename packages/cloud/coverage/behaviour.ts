/** Something that Google's services do, and whether the local cloud does it. */
export interface Behaviour {
  readonly what: string;
  readonly isEmulated: "yes" | "partly" | "no";
  /**
   * What is missing, or how it is asked for.
   *
   * @default - there is nothing to say
   */
  readonly note?: string;
  /**
   * The section of docs/google-cloud.md.
   *
   * @default - it says nothing of it
   */
  readonly section?: string;
  /**
   * The tests that hold it: by their file, beneath test/, their titles in it.
   *
   * @default - none: it is not there
   */
  readonly tests?: Readonly<Record<string, readonly string[]>>;
}

/** Behaviours of one kind. */
export interface BehaviourGroup {
  readonly title: string;
  readonly behaviours: readonly Behaviour[];
}
