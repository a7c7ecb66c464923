import { startupBoundMs } from "../../run/probe.ts";
import { listeningProbe, livenessProbe, startupProbe } from "../../run/probeSettings.ts";
import { readSettings } from "../../run/serviceSettings.ts";

const PROBES = { startup: startupProbe, liveness: livenessProbe };

describe("A probe (G 5.1)", () => {
  it.each(["startup", "liveness"] as const)("for %s has Google's defaults", (kind) => {
    const defaults = {
      initialDelaySeconds: 0,
      timeoutSeconds: 1,
      periodSeconds: 10,
      failureThreshold: 3,
    };
    const zeros = { timeoutSeconds: 0, periodSeconds: 0, failureThreshold: 0 };

    expect(PROBES[kind].parse({})).toEqual(defaults);
    expect(PROBES[kind].parse(zeros)).toEqual(defaults);
  });

  it.each([
    { kind: "startup", of: { initialDelaySeconds: 240, periodSeconds: 240, timeoutSeconds: 240 } },
    {
      kind: "liveness",
      of: { initialDelaySeconds: 3600, periodSeconds: 3600, timeoutSeconds: 3600 },
    },
    { kind: "startup", of: { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 } },
  ] as const)("for $kind may be $of", ({ kind, of }) => {
    expect(PROBES[kind].parse(of)).toMatchObject(of);
  });

  it.each([
    { kind: "startup", of: { initialDelaySeconds: 241 }, field: "initialDelaySeconds" },
    { kind: "liveness", of: { initialDelaySeconds: 3601 }, field: "initialDelaySeconds" },
    { kind: "startup", of: { initialDelaySeconds: -1 }, field: "initialDelaySeconds" },
    { kind: "startup", of: { periodSeconds: 241 }, field: "periodSeconds" },
    { kind: "liveness", of: { periodSeconds: 3601 }, field: "periodSeconds" },
    { kind: "liveness", of: { timeoutSeconds: 3601 }, field: "timeoutSeconds" },
    { kind: "liveness", of: { failureThreshold: -1 }, field: "failureThreshold" },
  ] as const)("for $kind may not be $of", ({ kind, of, field }) => {
    expect(PROBES[kind].safeParse(of).error?.issues[0]?.path).toEqual([field]);
  });

  it.each([
    { of: { timeoutSeconds: 11 }, problem: "11 must not exceed 'periodSeconds', which is 10." },
    {
      of: { timeoutSeconds: 3, periodSeconds: 2 },
      problem: "3 must not exceed 'periodSeconds', which is 2.",
    },
  ])("of $of waits longer than until the next one", ({ of, problem }) => {
    const containers = [{ image: "i", livenessProbe: of }];

    expect(() => readSettings({ template: { containers } }, "a@example.com")).toThrow(
      `template.containers[0].livenessProbe.timeoutSeconds: ${problem}`,
    );
  });

  it.each([
    { ports: undefined, port: 8080 },
    { ports: [], port: 8080 },
    { ports: [{ containerPort: 3000 }], port: 3000 },
  ])("is a TCP one of four minutes where none is given, with ports $ports", ({ ports, port }) => {
    const containers = [{ image: "i", ...(ports && { ports }) }];

    const { template } = readSettings({ template: { containers } }, "a@example.com");

    expect(template.containers[0]).toMatchObject({
      startupProbe: {
        timeoutSeconds: 240,
        periodSeconds: 240,
        failureThreshold: 1,
        tcpSocket: { port },
      },
    });
    expect(template.containers[0]).not.toHaveProperty("livenessProbe");
  });

  it.each([
    { of: { periodSeconds: 1, failureThreshold: 30 }, seconds: 30 },
    { of: { initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 }, seconds: 35 },
    { of: { periodSeconds: 240, failureThreshold: 3 }, seconds: 240 },
  ])("of $of gives a container $seconds s to start, four minutes at most (G 5.2)", (given) => {
    expect(startupBoundMs(startupProbe.parse(given.of))).toBe(given.seconds * 1000);
    expect(startupBoundMs(listeningProbe(8080))).toBe(240_000);
  });
});
