import { inspect } from "node:util";
import { printable } from "../command/printable.ts";
import type { LogLine } from "../operate/show/logLine.ts";

/** A log line as a person reads it: severity, message and fields of a structured one, others as they are. */
export function logText(line: LogLine): string {
  const text = messageText(line);
  return line.isStructured ? `${printable(line.severity).padEnd(7)} ${text}` : text;
}

/** What a log line says: its message, and the fields that it has beside it, as Node would show them. */
export function messageText({ message, fields }: LogLine): string {
  const shown = Object.keys(fields).length === 0 ? "" : inspect(fields, SHORTLY);
  return printable([message, shown].join(" ").trim());
}

const SHORTLY = { breakLength: Infinity, depth: 4 };

/** Where Node's debugger listens, if the line says so. */
export function debuggerAddress({ message }: LogLine): string | undefined {
  return /^Debugger listening on ws:\/\/([^/]+)\//.exec(message)?.[1];
}
