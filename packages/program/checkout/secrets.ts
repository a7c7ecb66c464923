import { runtime } from "@pulumi/pulumi";
import { fingerprint } from "./stackSettings.ts";

/** A value whose secrets are told by a fingerprint alone: a report may be read by anybody. */
export function maskSecrets(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) {
    return `[secret ${fingerprint(JSON.stringify({ value: revealSecrets(value) }))}]`;
  }
  return mapped(value, maskSecrets);
}

/** A value without Pulumi's marks for secrets: what the program itself goes on with. */
export function revealSecrets(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) return revealSecrets(runtime.unwrapRpcSecret(value));
  return mapped(value, revealSecrets);
}

function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
}
