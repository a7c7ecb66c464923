import {
  OTHER_PROJECT,
  OUTSIDE,
  SERVICE,
  startEchoService,
  type EchoService,
} from "./echoService.ts";
import { INSIDE } from "./localRun.ts";

let worker: EchoService;

beforeAll(async () => {
  worker = await startEchoService();
});

afterAll(() => worker[Symbol.asyncDispose]());

describe("Ingress (G 5.3)", () => {
  // What an own Cloud Tasks or Scheduler is, a caller in a network of the project is too.
  it.each([
    { ingress: "INGRESS_TRAFFIC_ALL", inside: 200, outside: 200, other: 200 },
    { ingress: "INGRESS_TRAFFIC_UNSPECIFIED", inside: 200, outside: 200, other: 200 },
    { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY", inside: 200, outside: 404, other: 404 },
    { ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", inside: 200, outside: 404, other: 404 },
    { ingress: "INGRESS_TRAFFIC_NONE", inside: 404, outside: 404, other: 404 },
  ])("of $ingress answers 404 to whom it does not admit", async ({ ingress, ...expected }) => {
    await worker.set({ ingress });
    const headers = { authorization: await worker.token() };

    const statuses = await Promise.all(
      [INSIDE, OUTSIDE, OTHER_PROJECT].map(
        async (origin) => (await worker.local.ask({ origin, headers })).status,
      ),
    );

    expect(statuses).toEqual([expected.inside, expected.outside, expected.other]);
  });

  it.each([
    { caller: "no token", authorization: undefined },
    { caller: "a token that is none", authorization: "Bearer abc" },
  ])("is looked at before IAM: 404 to a caller with $caller", async ({ authorization }) => {
    await worker.set({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });

    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const { status } = await worker.local.ask({ origin: OUTSIDE, headers });

    expect(status).toBe(404);
    expect(worker.reason()).toBe(
      `The ingress of '${SERVICE}' is INGRESS_TRAFFIC_INTERNAL_ONLY, and the caller is not internal.`,
    );
  });

  it("holds where IAM is disabled, and IAM where ingress lets all in", async () => {
    await worker.set({
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      invokerIamDisabled: true,
    });
    const open = await worker.local.ask({ origin: OUTSIDE });
    await worker.set({ ingress: "INGRESS_TRAFFIC_ALL" });
    const closed = await worker.local.ask({ origin: OUTSIDE });

    expect([open.status, closed.status]).toEqual([404, 403]);
  });

  it("lets no blocked request reach the container: it writes no line", async () => {
    await worker.set({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });

    await worker.local.ask({ origin: OUTSIDE });

    expect(worker.local.seen("containerLog")).toEqual([]);
  });

  it("takes both addresses from everybody where the default URI is disabled (G 5.1)", async () => {
    await worker.set({ defaultUriDisabled: true, invokerIamDisabled: true });
    const hosts = [new URL(worker.uri).host, "worker-123456789012.europe-west1.run.app"];

    const statuses = await Promise.all(
      hosts.flatMap((host) =>
        [INSIDE, OUTSIDE].map(async (origin) => (await worker.local.ask({ host, origin })).status),
      ),
    );

    expect(statuses).toEqual([404, 404, 404, 404]);
    expect(worker.reason()).toBe(`'${SERVICE}' has its default URI disabled.`);
  });
});
