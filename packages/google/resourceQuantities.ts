/** The CPUs that a quantity names: `1`, `0.5` or `500m`. `undefined` for what is none. */
export function cpusOf(quantity: string): number | undefined {
  const [, number, milli] = /^(\d+(?:\.\d+)?|\.\d+)(m?)$/.exec(quantity) ?? [];
  return number === undefined ? undefined : Number(number) / (milli === "m" ? 1000 : 1);
}

/** The mebibytes that a quantity of memory names: `512Mi`, `2Gi`, `1G` or bytes. `undefined` for what is none. */
export function mebibytesOf(quantity: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([KMG]i|[kMG])?$/.exec(quantity) ?? [];
  return number === undefined ? undefined : (Number(number) * (BYTES[unit] ?? 1)) / 2 ** 20;
}

const BYTES: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};
