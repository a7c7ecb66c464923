import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { resourceTypes } from "@background-tasks/program/resources/resourceTypes.ts";
import { adviceFor, ALREADY_EXISTS } from "./advice.ts";
import { ChangesMade } from "./changesMade.ts";
import type { EngineCommand } from "./options.ts";

/** The engine was stopped by something that a person has to deal with. The message is all there is to say. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

export interface EngineFailureArgs {
  readonly command: EngineCommand;
  readonly stack: string;
  /** How the CLI is called for this stack. */
  readonly cli: string;
  /** The command that makes this stack where there is none. */
  readonly make: string;
  /** The stack's provider settings. */
  readonly project: string;
  readonly region: string;
}

const diagnosticEvent = z.object({
  diagnosticEvent: z.object({
    severity: z.string(),
    message: z.string(),
    urn: z.string().optional(),
  }),
});

const policyEvent = z.object({
  policyEvent: z.object({ policyName: z.string(), enforcementLevel: z.literal("mandatory") }),
});

const resourceEvent = z.object({
  resourcePreEvent: z.object({
    metadata: z.object({
      op: z.string(),
      urn: z.string(),
      new: z.object({
        type: z.string(),
        parent: z.string().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
      }),
    }),
  }),
});

type Registered = z.infer<typeof resourceEvent>["resourcePreEvent"]["metadata"];

/** Gathers from the engine's events why a command failed, and says what to do about it. */
export class EngineFailure {
  readonly #args: EngineFailureArgs;
  readonly #errors: { readonly message: string; readonly urn: string | undefined }[] = [];
  readonly #resources = new Map<string, Registered>();
  readonly #changes = new ChangesMade();

  constructor(args: EngineFailureArgs) {
    this.#args = args;
  }

  /** Takes in an event of the engine. */
  note(event: unknown): void {
    const diagnostic = diagnosticEvent.safeParse(event).data?.diagnosticEvent;
    if (diagnostic?.severity === "error") {
      this.#errors.push({ message: plain(diagnostic.message), urn: diagnostic.urn });
    }
    const broken = policyEvent.safeParse(event).data?.policyEvent;
    if (broken) this.#errors.push({ message: `policy: ${broken.policyName}`, urn: undefined });
    const registered = resourceEvent.safeParse(event).data?.resourcePreEvent.metadata;
    if (registered) this.#resources.set(registered.urn, registered);
    this.#changes.note(event);
  }

  /** Whether an event told of an error: the engine's output has it. */
  get isTold(): boolean {
    return this.#errors.length > 0;
  }

  /** Events are missing: what the command did is not known. */
  noteGap(): void {
    this.#changes.noteGap();
  }

  /** The one message for a command that failed, having written `text`. */
  explain(text: string): EngineError {
    const told = plain(text)
      .split("\n")
      .filter((line) => line.startsWith("error: "))
      .map((line) => line.slice("error: ".length));
    const errors = [...this.#errors.map(({ message }) => message), ...told].join("\n");
    const advice = adviceFor({
      ...this.#args,
      errors,
      importCommands: this.#existing().flatMap((it) => this.#importCommand(it) ?? []),
      inTheWay: this.#existing()
        .filter(({ op }) => op === "create-replacement")
        .flatMap((it) => this.#idOf(it) ?? []),
      changes: (next) => this.#changes.describe(next),
    });
    return new EngineError(advice ?? [...new Set(told)].join("\n"));
  }

  /** What could not be made since it is there, once each, however often it is told of. */
  #existing(): Registered[] {
    const urns = this.#errors
      .filter(({ message }) => ALREADY_EXISTS.test(message))
      .map(({ urn = "" }) => urn);
    return [...new Set(urns)].flatMap((urn) => this.#resources.get(urn) ?? []);
  }

  #idOf({ new: { type, inputs = {} } }: Registered): string | undefined {
    return resourceTypes[type]?.idOf?.(inputs, this.#args);
  }

  #importCommand(resource: Registered): string | undefined {
    const { type, parent = "" } = resource.new;
    const id = this.#idOf(resource);
    if (id === undefined) return undefined;
    return (
      `${this.#args.cli} import ${type} ${nameOf(resource.urn)} ${id} ` +
      `--parent 'parent=${parent}' --protect=false --generate-code=false --yes`
    );
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** Without the marks for colours: the terminal's, and the engine's own. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/<\{%.*?%\}>/g, "");
}
