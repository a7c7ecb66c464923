const FACTOR = Number(process.env["FUZZ_RUNS"] ?? 1);

// A long session is no failure.
if (FACTOR > 1) jest.setTimeout(86_400_000);

/** How often a property is tried: `count` times, and for `FUZZ_RUNS=100` a hundred times as often. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: count * FACTOR };
}
