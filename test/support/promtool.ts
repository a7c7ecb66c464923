import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether Prometheus's own test runner is on this machine: it is in Debian's package 'prometheus'. */
export const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

/** A series of Cloud Monitoring: a value a minute, by the minute since the start; of a DELTA, what it counts. */
export interface MinuteValues {
  readonly metric: { readonly type: string; readonly labels?: Readonly<Record<string, string>> };
  readonly resource: { readonly type: string; readonly labels?: Readonly<Record<string, string>> };
  readonly kind: "GAUGE" | "DELTA";
  readonly values: ReadonlyMap<number, number>;
}

/** When a rule fires, and for which labels, minute by minute. */
export interface Firing {
  readonly minute: number;
  readonly labels: readonly Readonly<Record<string, string>>[];
}

/**
 * Asks a real engine whether an expression fires at each of `expected`'s minutes for these labels and no others. Minute
 * 0 is that of the epoch. Returns what the engine finds otherwise: nothing.
 */
export function unexpected(
  { query, durationS, everyS }: { query: string; durationS: number; everyS: number },
  series: readonly MinuteValues[],
  expected: readonly Firing[],
): string {
  const directory = mkdtempSync(join(tmpdir(), "promtool-"));
  const last = Math.max(...expected.map(({ minute }) => minute));
  try {
    const rule = { alert: "Alert", expr: query, for: `${durationS}s` };
    write(directory, "rules.yml", { groups: [{ name: "alerts", rules: [rule] }] });
    write(directory, "tests.yml", {
      rule_files: ["rules.yml"],
      evaluation_interval: `${everyS}s`,
      tests: [
        {
          interval: "1m",
          input_series: series.map((one) => ({
            series: nameOf(one),
            values: valuesOf(one, last),
          })),
          alert_rule_test: expected.map(({ minute, labels }) => ({
            eval_time: `${minute}m`,
            alertname: "Alert",
            exp_alerts: labels.map((exp_labels) => ({ exp_labels })),
          })),
        },
      ],
    });
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", "tests.yml"], {
      cwd: directory,
      encoding: "utf8",
    });
    return status === 0 ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What is wrong with an expression, as a real engine says; nothing of one that it can read. */
export function unreadable(query: string): string {
  const directory = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    write(directory, "rules.yml", {
      groups: [{ name: "tiles", rules: [{ record: "tile", expr: query }] }],
    });
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", "rules.yml"], {
      cwd: directory,
      encoding: "utf8",
    });
    return status === 0 ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** JSON is YAML. */
function write(directory: string, file: string, content: object): void {
  writeFileSync(join(directory, file), JSON.stringify(content));
}

/** As Cloud Monitoring names it in PromQL. */
function nameOf({ metric, resource }: MinuteValues): string {
  const name = metric.type.replace("/", ":").replace(/[^A-Za-z0-9_:]/g, "_");
  const labels = { ...resource.labels, ...metric.labels, monitored_resource: resource.type };
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return `${name}{${pairs.join(",")}}`;
}

/** What a DELTA counts adds up, since that is what 'increase' is of. */
function valuesOf({ kind, values }: MinuteValues, last: number): string {
  let sum = 0;
  const all = Array.from({ length: last + 1 }, (_, minute) => {
    if (kind === "GAUGE") return values.get(minute);
    sum += values.get(minute) ?? 0;
    return sum;
  });
  return runs(all)
    .map(([value, times]) => (value === undefined ? `_x${times}` : `${value}+0x${times - 1}`))
    .join(" ");
}

function runs<Value>(all: readonly Value[]): [Value, number][] {
  const found: [Value, number][] = [];
  for (const value of all) {
    const run = found.at(-1);
    if (run && run[0] === value) run[1] += 1;
    else found.push([value, 1]);
  }
  return found;
}
