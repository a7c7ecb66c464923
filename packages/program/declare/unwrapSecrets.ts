import { runtime } from "@pulumi/pulumi";

/** A value without Pulumi's marks for secrets: the values inside. */
export function unwrapSecrets(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) return unwrapSecrets(runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unwrapSecrets(one)]));
}
