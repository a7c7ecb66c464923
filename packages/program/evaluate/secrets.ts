import { createHash } from "node:crypto";
import { runtime } from "@pulumi/pulumi";

/** A value without Pulumi's marks for secrets: the values inside. */
export function unwrapSecrets<T>(value: T): T;
export function unwrapSecrets(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) return unwrapSecrets<unknown>(runtime.unwrapRpcSecret(value));
  return mapped(value, unwrapSecrets);
}

/** A value whose secrets are told by a fingerprint alone: a report may be read by anybody. */
export function maskSecrets<T>(value: T): T;
export function maskSecrets(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) {
    return `[secret ${fingerprint(JSON.stringify({ value: unwrapSecrets(value) }))}]`;
  }
  return mapped(value, maskSecrets);
}

/** A short text that differs where the texts do. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
}
