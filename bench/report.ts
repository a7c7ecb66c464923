import { cpus, loadavg, totalmem } from "node:os";
import Table from "cli-table3";
import { judge, type Result, type Target, type Unit } from "./figure.ts";

/** The machine, the figures, and what they come to, for a program to read. */
export function jsonReport(results: readonly Result[]): string {
  return JSON.stringify({
    machine: machine(),
    results: results.map((result) => ({ ...result, verdict: judge(result) })),
  });
}

/** The same for a person: a table, and a line about the machine. */
export function tableReport(results: readonly Result[]): string {
  const table = new Table({
    head: ["Figure", "Measured", "Baseline", "Ratio", "Target", ""],
    colAligns: ["left", "right", "right", "right", "left", "left"],
    style: { head: [], border: [] },
  });
  for (const result of results) {
    const { unit, figure, target, least } = result;
    const { measured, baseline, ratio, isMet } = judge(result);
    table.push([
      figure,
      least !== undefined && measured < least ? `under ${least} ${unit}` : amount(measured, unit),
      baseline === undefined ? "" : `${amount(baseline, unit)}\n${result.baseline?.name ?? ""}`,
      // An idle baseline is 0: nothing is a multiple of it.
      ratio === undefined || !Number.isFinite(ratio) ? "" : `${ratio.toFixed(2)} ×`,
      bound(target, unit),
      isMet ? "met" : "missed",
    ]);
  }
  const { model, cores, memoryGib, node, platform } = machine();
  return (
    `${table.toString()}\n${cores} × ${model}, ${memoryGib} GiB, Node ${node}, ${platform}; ` +
    `load average before: ${loadBefore.toFixed(1)}`
  );
}

/** How many processors others kept busy when the measuring began. On a busy machine the figures say little. */
const [loadBefore = 0] = loadavg();

function machine() {
  const processors = cpus();
  return {
    model: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    loadBefore,
  };
}

function bound(target: Target, unit: Unit): string {
  const [sign, value] = "atMost" in target ? ["≤", target.atMost] : ["≥", target.atLeast];
  return target.of === "ratio" ? `${sign} ${value} ×` : `${sign} ${amount(value, unit)}`;
}

const DIGITS: Readonly<Record<Unit, number>> = {
  s: 2,
  ms: 1,
  µs: 0,
  "/s": 0,
  KB: 1,
  MB: 2,
  GB: 2,
  "%": 2,
  tasks: 0,
};

function amount(value: number, unit: Unit): string {
  const digits = DIGITS[unit];
  const text = value.toLocaleString("en", {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  });
  return unit === "/s" ? `${text}${unit}` : `${text} ${unit}`;
}
