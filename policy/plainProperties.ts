import { UNKNOWN } from "./resource.ts";
import { isMapping } from "./values.ts";

/**
 * The properties of a resource, as the policy SDK hands them over, as plain data. Reading one that a preview
 * does not know throws; here it is `UNKNOWN`, so that the rest of the resource can be judged.
 */
export function plainProperties(
  properties: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(properties).map((key) => [key, plain(() => properties[key])]),
  );
}

function plain(read: () => unknown): unknown {
  let value: unknown;
  try {
    value = read();
  } catch {
    // All that reading a property can fail of.
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    // Not `map`, which reads every element before it is asked about any.
    return Array.from({ length: list.length }, (_, i) => plain(() => list[i]));
  }
  return isMapping(value) ? plainProperties(value) : value;
}
