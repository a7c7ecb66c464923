import { alertProofs } from "../../../infra/alerts/alertProofs.ts";
import { textsOf } from "../../../infra/alerts/texts.ts";
import { CommandError, EXIT } from "../command/exitCodes.ts";
import { table } from "../command/table.ts";
import { GoogleRefusal, type HttpMethod } from "../stack/googleApi.ts";
import { openAlerts, type OpenAlert } from "../stack/openAlerts.ts";
import type { Operations } from "../stack/outputs.ts";

/** What became of an alert. */
export interface AlertProof {
  /** `Tasks become dead letters` */
  readonly alert: string;
  /** It opened for the entry that was written; it was open before, and says nothing; or neither. */
  readonly verdict: "opened" | "open before" | "not opened";
  readonly ms: number;
}

export interface ProofSettings {
  readonly call: (
    api: string,
    method: HttpMethod,
    path: string,
    body?: unknown,
  ) => Promise<unknown>;
  readonly timeoutMs: number;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** What the labels of alerts that open say in the place of a task, a revision or a status: `rehearsal-9f31c2aa`. */
  readonly mark: string;
}

const POLL_MS = 2000;

/**
 * Writes an entry for each of a stack's alerts that opens with an entry of a log, and waits for these to open. Whoever
 * an alert writes to is written to.
 */
export async function proveAlerts(
  { stack, project, region, alerts, workers, schedules }: Operations,
  { call, timeoutMs, now, sleep, mark }: ProofSettings,
): Promise<AlertProof[]> {
  const policies = new Map(Object.entries(alerts ?? {}));
  if (policies.size === 0) {
    throw new CommandError(
      EXIT.failed,
      `The stack '${stack}' has no alerts: 'alerts.enabled' is false, or it was deployed before it had any.`,
    );
  }
  const entries = alertProofs({
    ...{ project, region, mark },
    service: idOf(workers[0]?.service ?? ""),
    job: Object.values(schedules).map(idOf)[0],
  });
  const tried = textsOf(stack).flatMap(({ key, title }) => {
    const [policy, entry] = [policies.get(key), entries[key]];
    return policy === undefined || entry === undefined ? [] : [{ title, policy, entry }];
  });

  const start = now();
  const before = new Map(
    (await alertsIn(call, project)).map(({ name, policy }) => [name, policy.name]),
  );
  await call("logging.googleapis.com", "POST", "/v2/entries:write", {
    entries: tried.map(({ entry }) => entry),
  });
  const opened = new Map<string, number>();
  for (;;) {
    const found = await alertsIn(call, project);
    for (const { policy } of tried) {
      const isNew = found.some((one) => one.policy.name === policy && !before.has(one.name));
      if (isNew && !opened.has(policy)) opened.set(policy, now());
    }
    if (opened.size === tried.length || now() - start >= timeoutMs) break;
    await sleep(POLL_MS);
  }
  const wasOpen = new Set(before.values());
  return tried.map(({ title, policy }) => ({
    alert: title,
    verdict: opened.has(policy) ? "opened" : wasOpen.has(policy) ? "open before" : "not opened",
    ms: (opened.get(policy) ?? now()) - start,
  }));
}

async function alertsIn(call: ProofSettings["call"], project: string): Promise<OpenAlert[]> {
  try {
    return await openAlerts(call, project);
  } catch (error) {
    if (!(error instanceof GoogleRefusal)) throw error;
    throw new CommandError(
      EXIT.permission,
      `Alerts cannot be listed, which Monitoring offers as a preview: ${error.message}. It asks for roles/monitoring.viewer.`,
    );
  }
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The proofs for a person, with what tells the alerts that opened from real ones. */
export function proofTable(proofs: readonly AlertProof[], mark: string, width: number): string {
  const rows = proofs.map(({ alert, verdict, ms }) => [
    alert,
    verdict === "opened" ? `opened after ${(ms / 1000).toFixed(1)} s` : verdict,
    MEANS[verdict],
  ]);
  const hasOpened = proofs.some(({ verdict }) => verdict === "opened");
  return [
    table(["Alert", "Proof", "What it means"], rows, { width }),
    ...(hasOpened
      ? [
          `The alerts that opened are a rehearsal: '${mark}' stands in their labels. Each closes by itself an hour after ` +
            "its entry.",
        ]
      : []),
  ].join("\n");
}

const MEANS: Readonly<Record<AlertProof["verdict"], string>> = {
  opened: "",
  "open before":
    "Alert: it was open already, and does not open twice. Once it is closed, after an hour, this can be tried again.",
  "not opened":
    "Alert: the entry is in the log, and nothing opened. Is the policy enabled, and not snoozed? Alerts of logs may " +
    "take minutes: try a longer --timeout.",
};
