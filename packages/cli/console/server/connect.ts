import { randomBytes } from "node:crypto";
import { appendFile, mkdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Target } from "../../command/target.ts";
import { flagsOf } from "../../command/target.ts";
import { auditTo, noAudit } from "../../operate/audit.ts";
import { connectOperator, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { openJournal } from "../../operate/redrive/journal.ts";
import { stateFolder } from "../../operate/stateFolder.ts";
import { accountOf } from "../../stack/account.ts";
import { stackEnvironment } from "../../stack/stackEnvironment.ts";
import type { ConsoleContext, LocalContext } from "./context.ts";
import { HeldPauses } from "./heldPauses.ts";

export interface ContextOptions {
  readonly target: Target;
  readonly allowChanges: boolean;
  readonly reveal: boolean;
  readonly now: () => number;
  readonly contract: ConsoleContext["contract"];
  readonly local: LocalContext | undefined;
  readonly say: ConsoleContext["say"];
  /** Whether what is done is written into the stack's log, or not done. @default false */
  readonly isAudited?: boolean;
}

/** The surroundings of a console of a stack: its APIs, this checkout's contract, and this user's journals. */
export function connectConsole({
  target,
  local,
  now,
  isAudited = false,
  ...options
}: ContextOptions): ConsoleContext {
  let connected: Promise<OperatorCalls> | undefined;
  const connect = (): Promise<OperatorCalls> => {
    // The stack of 'npm start' changes with its files; to ask another's outputs takes Pulumi a second.
    if (local) return connectOperator(target);
    connected ??= connectOperator(target);
    connected.catch(() => (connected = undefined));
    return connected;
  };
  const by = userInfo().username;
  return {
    ...options,
    ...{ connect, local, now, flags: flagsOf(target), makeFolder },
    isOnLocalCloud: target.port !== undefined,
    clientEnvironment: () => stackEnvironment(target),
    pauses: new HeldPauses(),
    progress: new Map(),
    // The stack of 'npm start' may be another by now.
    audit: isAudited
      ? async (deed) => auditTo(await connect(), () => accountOf(target))(deed)
      : noAudit,
    redrive: {
      time: {
        now,
        sleep: async (ms) => {
          await wait(ms);
        },
      },
      randomHex: (bytes) => randomBytes(bytes).toString("hex"),
      by,
      openJournal: (stack, run) => openJournal(stateFolder(stack), run),
    },
    async journal(deed) {
      const { operations } = await connect();
      const folder = stateFolder(operations.stack);
      await makeFolder(folder);
      const line = { time: new Date().toISOString(), by, ...deed };
      await appendFile(join(folder, "console.log"), `${JSON.stringify(line)}\n`, { mode: 0o600 });
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}
