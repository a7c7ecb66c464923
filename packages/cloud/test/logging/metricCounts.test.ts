import { CAME, RESOURCE, startLogging } from "./localLogging.ts";

const METRICS = "/v2/projects/demo/metrics";

describe("A log-based metric", () => {
  it("counts the entries that match it, by the labels that are extracted of them", async () => {
    const { ok, say, counted } = startLogging();
    await ok(`POST ${METRICS}`, {
      name: "dead",
      filter: 'jsonPayload.outcome="dead-letter"',
      labelExtractors: {
        task: "EXTRACT(labels.task)",
        host: 'REGEXP_EXTRACT(jsonPayload.error, "connect to (\\\\S+)")',
        missing: "EXTRACT(jsonPayload.missing)",
      },
      metricDescriptor: {
        metricKind: "DELTA",
        valueType: "INT64",
        labels: [{ key: "task" }, { key: "host" }, { key: "missing" }],
      },
    });

    say({
      labels: { task: "send-email" },
      jsonPayload: { outcome: "dead-letter", error: "cannot connect to mail:587 now" },
    });
    say({ jsonPayload: { outcome: "done" } });

    expect(counted).toEqual([
      ["dead", RESOURCE, { task: "send-email", host: "mail:587", missing: "" }, undefined, CAME],
    ]);
  });

  it("records the value that is extracted of an entry, where it is a number", async () => {
    const { ok, say, counted } = startLogging();
    await ok(`POST ${METRICS}`, {
      name: "durations",
      filter: "jsonPayload.ms:*",
      valueExtractor: "EXTRACT(jsonPayload.ms)",
      metricDescriptor: { metricKind: "DELTA", valueType: "DISTRIBUTION", unit: "ms" },
    });

    say({ jsonPayload: { ms: 12.5 } });
    say({ jsonPayload: { ms: "many" } });

    expect(counted).toEqual([["durations", RESOURCE, {}, 12.5, CAME]]);
  });

  it("counts from when it is made until it is deleted, and not while it is disabled", async () => {
    const { ok, say, counted } = startLogging();
    const metric = { name: "all", filter: "severity>=DEFAULT" };

    say({ textPayload: "before" });
    await ok(`POST ${METRICS}`, metric);
    say({ textPayload: "1" });
    await ok(`PUT ${METRICS}/all`, { ...metric, disabled: true });
    say({ textPayload: "disabled" });
    await ok(`PUT ${METRICS}/all`, { ...metric, filter: 'textPayload="2"' });
    say({ textPayload: "another" });
    say({ textPayload: "2" });
    await ok(`DELETE ${METRICS}/all`);
    say({ textPayload: "2" });

    expect(counted).toHaveLength(2);
  });

  it("is no trouble to who writes an entry with which its expression takes too long", async () => {
    const { ok, say, found, counted } = startLogging();
    await ok(`POST ${METRICS}`, { name: "slow", filter: 'textPayload=~"^(a+)+$"' });

    say({ textPayload: `${"a".repeat(50)}!` });
    say({ textPayload: "aa" });

    expect(await found("")).toHaveLength(2);
    expect(counted).toHaveLength(1);
  });
});
