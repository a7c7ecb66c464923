import { createLogging } from "../../logging/logging.ts";
import { createMonitoring } from "../../monitoring/monitoring.ts";
import { Events } from "../../api/events.ts";
import type { Json } from "../../api/parseJson.ts";
import { localApi, serviceOptions } from "../support/localApi.ts";

const CREATE = "POST /v3/projects/demo/alertPolicies";

function start() {
  const options = serviceOptions();
  const logging = createLogging({ ...options, meter: { count: () => undefined } });
  const monitoring = createMonitoring({
    ...options,
    events: new Events(),
    metrics: [],
    watchEntries: logging.watch,
    catchUp: logging.catchUp,
  });
  return localApi(monitoring.methods);
}

const LOG = { conditionMatchedLog: { filter: 'log_id("work")' } };
const RATE = { alertStrategy: { notificationRateLimit: { period: "300s" } } };

interface Fields {
  readonly [name: string]: Json;
}

type Refused = readonly [policy: Fields, field: string, value: string, reason: string];

const query = (fields: Fields): Fields => ({
  conditionPrometheusQueryLanguage: { query: "vector(1)", ...fields },
});
const promql = (fields: Fields): Fields => ({ conditions: [query(fields)] });
const logged = (fields: Fields): Fields => ({
  conditions: [{ conditionMatchedLog: fields }],
  ...RATE,
});

const LINK = { displayName: "Runbook", url: "https://wiki.example.com/${resource.name}" };
const linked = (...links: Fields[]): Fields => ({
  ...promql({}),
  documentation: { links },
});

const said = (content: string): Fields => ({ ...promql({}), documentation: { content } });

const D = "alert_policy.documentation.links";
const P = "alert_policy.conditions[0].condition_prometheus_query_language";
const L = "alert_policy.conditions[0].condition_matched_log";

// google-cloud.md 8.2
describe("An alert policy (G 8.2)", () => {
  it.each<Refused>([
    [{}, "alert_policy.conditions", "0", "A policy must have from 1 to 6 conditions."],
    [
      { conditions: Array.from({ length: 7 }, () => query({})) },
      "alert_policy.conditions",
      "7",
      "A policy must have from 1 to 6 conditions.",
    ],
    [
      { conditions: [{ displayName: "none" }] },
      "alert_policy.conditions[0]",
      "",
      "A condition must be of exactly one kind.",
    ],
    [
      { conditions: [{ conditionAbsent: {}, conditionThreshold: {} }] },
      "alert_policy.conditions[0]",
      "conditionAbsent, conditionThreshold",
      "A condition must be of exactly one kind.",
    ],
    [
      { conditions: [query({}), LOG], ...RATE },
      "alert_policy.conditions[1]",
      "condition_matched_log",
      "A policy with a condition of this kind must have no other condition.",
    ],
    [
      { conditions: [LOG] },
      "alert_policy.alert_strategy.notification_rate_limit",
      "",
      "It is required for a policy with a condition of a matched log.",
    ],
    [logged({}), `${L}.filter`, "", "A filter is required."],
    [
      logged({ filter: "severity=" }),
      L,
      "severity=",
      "Unparseable filter: the end is where a value belongs",
    ],
    [logged({ filter: "a:b", labelExtractors: { c: "d" } }), L, "a:b", "Field not found: 'a'."],
    [
      logged({ filter: "labels.a:b", labelExtractors: { c: "d" } }),
      L,
      "labels.a:b",
      "Invalid extractor 'd': it must be EXTRACT(field) or REGEXP_EXTRACT(field, regex)",
    ],
    ...["-60s", "30s", "90s", "60.5s"].map((duration): Refused => [
      { conditions: [{ conditionThreshold: { duration } }] },
      "alert_policy.conditions[0].condition_threshold.duration",
      duration,
      "It must be a multiple of a minute, and not negative.",
    ]),
    [
      { conditions: [{ conditionThreshold: { filter: "f".repeat(2049) } }] },
      "alert_policy.conditions[0].condition_threshold.filter",
      "f".repeat(2049),
      "It must have at most 2048 characters.",
    ],
    [
      { ...promql({}), displayName: "n".repeat(513) },
      "alert_policy.display_name",
      "n".repeat(513),
      "It must have at most 512 characters.",
    ],
    ...["t".repeat(8193), "€".repeat(3414)].map((text): Refused => [
      said(text),
      "alert_policy.documentation.content",
      text,
      "It must have at most 8192 characters and 10240 bytes.",
    ]),
    [linked(LINK, LINK, LINK, LINK), D, "4", "There may be at most 3 links."],
    ...["", "n".repeat(64)].map((displayName): Refused => [
      linked(LINK, { ...LINK, displayName }),
      `${D}[1].display_name`,
      displayName,
      "It must have from 1 to 63 characters.",
    ]),
    [
      linked({ ...LINK, url: LINK.url.padEnd(2084, "x") }),
      `${D}[0].url`,
      LINK.url.padEnd(2084, "x"),
      "It must have at most 2083 characters.",
    ],
    [promql({ query: "" }), `${P}.query`, "", "A query is required."],
    [promql({ duration: "-1s" }), `${P}.duration`, "-1s", "It must not be negative."],
    ...["0s", "-30s", "45s"].map((interval): Refused => [
      promql({ evaluationInterval: interval }),
      `${P}.evaluation_interval`,
      interval,
      "It must be a positive multiple of 30 seconds.",
    ]),
  ])("%j is refused, with the field '%s'", async (policy, field, value, reason) => {
    const { refusal } = start();

    expect(await refusal(CREATE, { displayName: "x", combiner: "OR", ...policy })).toEqual({
      code: 400,
      status: "INVALID_ARGUMENT",
      message: `Field ${field} had an invalid value of "${value}": ${reason}`,
    });
  });

  it.each<Fields>([
    promql({}),
    promql({ duration: "0s", evaluationInterval: "90s" }),
    logged({ filter: 'log_id("work")', labelExtractors: { a: "EXTRACT(labels.a)" } }),
    logged({ filter: "sample(insertId, 0.5)" }),
    logged({ filter: 'error_groups.id="a"', labelExtractors: { a: "EXTRACT(metadata.of)" } }),
    logged({ filter: String.raw`textPayload=~"gs:\/\/a\-b[[:digit:]]\z"` }),
    { conditions: Array.from({ length: 6 }, () => query({})) },
    {
      conditions: [
        { conditionThreshold: { duration: "120s" } },
        { conditionThreshold: { filter: "f".repeat(2048) } },
      ],
    },
    { ...promql({}), displayName: "é".repeat(512) },
    said("t".repeat(8192)),
    said("€".repeat(3413)),
    linked(
      LINK,
      { ...LINK, displayName: "n".repeat(63) },
      { ...LINK, url: LINK.url.padEnd(2083, "x") },
    ),
  ])("%j is kept", async (policy) => {
    const { ok } = start();

    const { name } = await ok(CREATE, { displayName: "x", combiner: "OR", ...policy });

    expect(name).toMatch(/^projects\/demo\/alertPolicies\//);
  });

  it("is refused where a change makes it one that Google refuses, and stays as it was", async () => {
    const { ok, refusal } = start();
    const { name } = await ok(CREATE, { displayName: "x", combiner: "OR", ...promql({}) });

    const conditions = [query({ evaluationInterval: "1s" })];
    expect(await refusal(`PATCH /v3/${name}?updateMask=conditions`, { conditions })).toMatchObject({
      status: "INVALID_ARGUMENT",
    });

    expect((await ok(`GET /v3/${name}`)).conditions).toMatchObject([query({})]);
  });
});
