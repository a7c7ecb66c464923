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

const strategy = (alertStrategy: Fields): Fields => ({ ...promql({}), alertStrategy });
const labelled = (userLabels: Fields): Fields => ({ ...promql({}), userLabels });
const labels = (count: number): Fields =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, ""]));
const told = (...notificationChannels: string[]): Fields => ({
  ...promql({}),
  notificationChannels,
});
const CHANNEL = "projects/demo/notificationChannels/1";
const KEY_RULE =
  "A key must have from 1 to 63 lowercase letters, numerals, underscores and dashes, at most 128 bytes, and must " +
  "begin with a letter.";
const VALUE_RULE =
  "A value must have at most 63 lowercase letters, numerals, underscores and dashes, and at most 128 bytes.";

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
    [
      { ...promql({}), documentation: { subject: "€".repeat(3414) } },
      "alert_policy.documentation.subject",
      "€".repeat(3414),
      "It must have at most 10240 bytes.",
    ],
    ...["0s", "1799s", "1799.9s"].map((autoClose): Refused => [
      strategy({ autoClose }),
      "alertStrategy.autoClose",
      `seconds: ${Number.parseInt(autoClose, 10)}`,
      "the autoclose duration should be at least 30 minutes",
    ]),
    [
      { conditions: [LOG], alertStrategy: { ...RATE.alertStrategy, autoClose: "600s" } },
      "alertStrategy.autoClose",
      "seconds: 600",
      "the autoclose duration should be at least 30 minutes",
    ],
    [
      strategy({ notificationRateLimit: { period: "3600s" } }),
      "alertStrategy.notificationRateLimit",
      "period { seconds: 3600 }",
      "metric-based alert policies must not specify a notification rate limit",
    ],
    [
      { conditions: [{ conditionThreshold: { duration: "60s" } }], ...RATE },
      "alertStrategy.notificationRateLimit",
      "period { seconds: 300 }",
      "metric-based alert policies must not specify a notification rate limit",
    ],
    [
      {
        conditions: [
          { conditionThreshold: { evaluationMissingData: "EVALUATION_MISSING_DATA_NO_OP" } },
        ],
      },
      "alert_policy.conditions[0].condition_threshold.evaluation_missing_data",
      "EVALUATION_MISSING_DATA_NO_OP",
      "Conditions setting evaluation_missing_data must have a non-zero duration.",
    ],
    [
      told(...Array.from({ length: 17 }, () => CHANNEL)),
      "alert_policy.notification_channels",
      "17",
      "There may be at most 16 notification channels.",
    ],
    [labelled(labels(65)), "alert_policy.user_labels", "65", "There may be at most 64 labels."],
    ...["", "1a", "_a", "Team", "a b", "k".repeat(64), "日".repeat(43)].map((key): Refused => [
      labelled({ [key]: "v" }),
      "alert_policy.user_labels",
      key,
      KEY_RULE,
    ]),
    ...["Mail", "a b", "v".repeat(64), "日".repeat(43)].map((value): Refused => [
      labelled({ team: value }),
      "alert_policy.user_labels[team]",
      value,
      VALUE_RULE,
    ]),
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
    { ...promql({}), documentation: { subject: "€".repeat(3413) } },
    strategy({}),
    strategy({ autoClose: "1800s" }),
    strategy({ autoClose: "604800s", notificationPrompts: ["OPENED"] }),
    {
      conditions: [
        {
          conditionThreshold: {
            duration: "60s",
            evaluationMissingData: "EVALUATION_MISSING_DATA_NO_OP",
          },
        },
      ],
    },
    told(...Array.from({ length: 16 }, () => CHANNEL)),
    told("projects/1234567890/notificationChannels/9876543210"),
    labelled(labels(64)),
    labelled({ ["k".repeat(63)]: "v".repeat(63), a_1: "1-b", é: "", 日: "日".repeat(42) }),
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

  it.each(["1", "projects/demo", "projects/demo/channels/1", `${CHANNEL}/x`])(
    "is refused where it names a channel '%s'",
    async (name) => {
      const { refusal } = start();

      expect(await refusal(CREATE, { displayName: "x", combiner: "OR", ...told(name) })).toEqual({
        code: 400,
        status: "INVALID_ARGUMENT",
        message: `Name must begin with 'projects/{project_id}/notificationChannels/{channel_id}', got: ${name}`,
      });
    },
  );

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

describe("A notification channel (G 8.2)", () => {
  it("is refused for its labels as a policy is", async () => {
    const { ok, refusal } = start();
    const channel = { type: "email", userLabels: { team: "mail" } };
    const { name } = await ok("POST /v3/projects/demo/notificationChannels", channel);

    expect(
      await refusal(`PATCH /v3/${name}?updateMask=userLabels`, { userLabels: { team: "Mail" } }),
    ).toEqual({
      code: 400,
      status: "INVALID_ARGUMENT",
      message: `Field notification_channel.user_labels[team] had an invalid value of "Mail": ${VALUE_RULE}`,
    });

    expect(await ok(`GET /v3/${name}`)).toMatchObject(channel);
  });
});
