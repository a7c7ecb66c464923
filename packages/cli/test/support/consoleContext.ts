import { join } from "node:path";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import type { ConsoleContext, Deed } from "../../console/server/context.ts";
import { HeldPauses } from "../../console/server/heldPauses.ts";
import type { AuditedDeed } from "../../operate/calls/auditedDeed.ts";
import { toldBy, type JournalLine } from "../../operate/redrive/journal.ts";
import type { OperatorCloud } from "./operatorCloud.ts";

export interface TestContext extends ConsoleContext {
  readonly deeds: Deed[];
  /** What was said at the terminal. */
  readonly said: string[];
  readonly audited: AuditedDeed[];
}

/** The surroundings of a console of a stack on a local cloud, and what was written down. */
export function consoleContext(
  { cloud, calls }: OperatorCloud,
  more: Partial<ConsoleContext> = {},
): TestContext {
  const deeds: Deed[] = [];
  const now = (): number => +cloud.now();
  const lines: JournalLine[] = [];
  const said: string[] = [];
  const audited: AuditedDeed[] = [];
  return {
    ...{ deeds, said, audited },
    audit: async (deed) => void audited.push(deed),
    say: (text) => void said.push(text),
    pauses: new HeldPauses(),
    progress: new Map(),
    connect: async () => calls,
    contract: async () => contract,
    clientEnvironment: async () => ({}),
    now,
    ...{ allowChanges: true, reveal: false, isOnLocalCloud: false, flags: " --stack dev" },
    redrive: {
      time: { now, sleep: async () => undefined },
      randomHex: (bytes) => "ab".repeat(bytes),
      by: "ada",
      openJournal: async (_, run) => ({
        file: join("/journals", run),
        write: async (more) => void lines.push(...more),
        told: async (claim, letter) => toldBy(lines, claim, letter),
        [Symbol.asyncDispose]: async () => undefined,
      }),
    },
    journal: async (deed) => void deeds.push(deed),
    makeFolder: async () => undefined,
    local: undefined,
    ...more,
  };
}
