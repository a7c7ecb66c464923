import { durationMs } from "../../../../tasks/contract/duration.ts";
import type { DeployedQueue } from "../../stack/outputs.ts";
import type { Queue } from "../calls/messages.ts";

/** A setting of a queue: what Cloud Tasks goes by, beside what the program asked for. */
export interface QueueSetting {
  /** As Google calls it: `rateLimits.maxDispatchesPerSecond`. */
  readonly setting: string;
  readonly inForce: number | string;
  /** `undefined` where the program leaves it to Google, or the stack does not tell. */
  readonly deployed: number | string | undefined;
  /** What the worker goes by, where Cloud Tasks is not asked for the program's: it counts attempts itself. */
  readonly ofWorker?: number | string;
  /** Whether somebody changed it since, by hand or by `resume --ramp`. */
  readonly hasDrifted: boolean;
}

/**
 * The rate and the retries of a queue. `maxAttempts` is -1 where Cloud Tasks has it and was asked for it, since the
 * worker counts; a queue that has another loses tasks.
 */
export function queueSettings(
  { rateLimits, retryConfig }: Pick<Queue, "rateLimits" | "retryConfig">,
  deployed: DeployedQueue | undefined,
): QueueSetting[] {
  const ofWorker = deployed?.maxAttempts;
  const all = [
    ...settingsOf("rateLimits", rateLimits, deployed?.rateLimits),
    ...settingsOf(
      "retryConfig",
      retryConfig,
      // That it asks for none is what keeps Google from giving tasks up.
      deployed && { maxRetryDuration: "0s", ...deployed.retryConfig },
    ),
  ];
  return ofWorker === undefined
    ? all
    : all.map((one) => (one.setting === MAX_ATTEMPTS ? { ...one, ofWorker } : one));
}

/** The setting that the worker sees to. */
export const MAX_ATTEMPTS = "retryConfig.maxAttempts";

type Settings = Readonly<Record<string, number | string | undefined>>;

function settingsOf(
  group: string,
  inForce: Settings = {},
  deployed: Settings = {},
): QueueSetting[] {
  return Object.entries(inForce).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          {
            setting: `${group}.${name}`,
            inForce: value,
            deployed: deployed[name],
            hasDrifted: deployed[name] !== undefined && !isSame(value, deployed[name]),
          },
        ],
  );
}

/** `"0.100s"` and `"0.1s"` are the same. */
function isSame(one: number | string, other: number | string): boolean {
  if (one === other) return true;
  if (typeof one !== "string" || typeof other !== "string") return false;
  const ms = durationMs(one);
  return ms !== undefined && ms === durationMs(other);
}

/**
 * What of a queue's settings has drifted, and what undoes it. `flags` are those that name the stack.
 *
 * @returns `undefined` where nothing has
 */
export function driftWords(
  { key, settings }: { readonly key: string; readonly settings: readonly QueueSetting[] },
  flags: string,
): string | undefined {
  const drifted = settings.filter(({ hasDrifted }) => hasDrifted);
  if (drifted.length === 0) return undefined;
  const words = drifted.map(
    ({ setting, inForce, deployed }) => `${setting} is ${inForce}, not ${deployed}`,
  );
  return `Queue '${key}' is not set as its program says: ${words.join("; ")}. ${undoWords(flags)}`;
}

/** A plain 'up' compares the program with what is remembered, and so would change nothing. */
function undoWords(flags: string): string {
  return flags.includes(" --stack ")
    ? `'npm run up -- --refresh${flags.replace(/ --port \d+/, "")}' sets it.`
    : "'npm start', started again without '--data', sets it.";
}
