import { z } from "zod";
import type { Message } from "../api/protoJson.ts";
import { GoogleError } from "../api/googleError.ts";
import type { MetricSource } from "./metricSource.ts";

const policySchema = z.object({
  conditions: z
    .array(
      z.object({
        conditionThreshold: z.object({ filter: z.string() }).optional(),
        conditionAbsent: z.object({ filter: z.string() }).optional(),
        conditionPrometheusQueryLanguage: z
          .object({ query: z.string(), disableMetricValidation: z.boolean().default(false) })
          .optional(),
      }),
    )
    .default([]),
});

/**
 * Throws NOT_FOUND for a policy that asks for a log-based metric that there is not, or not yet. In PromQL it may say
 * that this is not to be looked at.
 */
export function checkMetrics(policy: Message, sources: readonly MetricSource[]): void {
  const types = sources.flatMap((source) => source.types().map(({ type }) => type));
  const inPromql = new Map(types.map((type) => [promqlName(type), type]));
  const { data } = policySchema.safeParse(policy);
  for (const condition of data?.conditions ?? []) {
    const { conditionPrometheusQueryLanguage: promql } = condition;
    const { filter = "" } = condition.conditionThreshold ?? condition.conditionAbsent ?? {};
    for (const [, type = ""] of filter.matchAll(/"(logging\.googleapis\.com\/user\/[^"]+)"/g)) {
      if (!types.includes(type)) throw missingMetric(type);
    }
    if (!promql || promql.disableMetricValidation) continue;
    for (const [name] of promql.query.matchAll(/\blogging_googleapis_com:user_\w+/g)) {
      if (!inPromql.has(name)) throw missingMetric(name);
    }
  }
}

/** https://cloud.google.com/monitoring/promql/promql-mapping */
function promqlName(type: string): string {
  return type.replace("/", ":").replace(/[^\w:]/g, "_");
}

/** The refusal of a metric that there is not. */
export function missingMetric(type: string): GoogleError {
  return new GoogleError(
    "NOT_FOUND",
    `Cannot find metric that matches type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
  );
}
