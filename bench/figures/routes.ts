import type { Method } from "@background-tasks/cloud/api/method.ts";
import { createRouter } from "@background-tasks/cloud/api/router.ts";
import type { Result } from "../figure.ts";

const FEW = 20;
const MANY = 2000;
const LOOKUPS = 200_000;
const RUNS = 5;

/** How many requests a second find their method, where there are many: as many as where there are few. */
export async function measureRoutes(): Promise<Result[]> {
  const few = createRouter(methods(FEW));
  const many = createRouter(methods(MANY));
  lookUp(few, FEW);
  lookUp(many, MANY);
  const runs: number[] = [];
  const fewRuns: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(lookUp(many, MANY));
    fewRuns.push(lookUp(few, FEW));
  }
  return [
    {
      figure: `local cloud: routes found among ${MANY} methods`,
      unit: "/s",
      runs,
      baseline: { name: `among ${FEW}`, runs: fewRuns },
      target: { of: "ratio", atLeast: 0.25 },
    },
  ];
}

function methods(count: number): Method[] {
  return Array.from({ length: count }, (_, i) => ({
    name: "GetThing",
    service: "google.test.v1.Things",
    http: `GET /v1/things${i}/{thing}`,
    handle: () => ({}),
  }));
}

/** Looks up the methods in turn, and returns how many a second were found. */
function lookUp(find: ReturnType<typeof createRouter>, count: number): number {
  const paths = Array.from({ length: count }, (_, i) => `/v1/things${i}/a`);
  const start = performance.now();
  for (let n = 0; n < LOOKUPS; n += 1) {
    const path = paths[n % count] ?? "";
    if (!("method" in find("GET", path))) throw new Error(`Nothing was found at '${path}'.`);
  }
  return LOOKUPS / ((performance.now() - start) / 1000);
}
