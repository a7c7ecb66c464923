import { z } from "zod";

/** A probe that waits for a container to start. It has four minutes at most. */
export const startupProbe = probeOfAtMost(240);

/** A probe that looks after a container that has started. */
export const livenessProbe = probeOfAtMost(3600);

export type Probe = z.output<typeof livenessProbe>;

/** The startup probe of a container that has none: that it listens. */
export function listeningProbe(port: number): Probe {
  return {
    initialDelaySeconds: 0,
    timeoutSeconds: 240,
    periodSeconds: 240,
    failureThreshold: 1,
    tcpSocket: { port },
  };
}

/** https://cloud.google.com/run/docs/reference/rest/v2/Container#Probe */
function probeOfAtMost(maxSeconds: number) {
  const port = z.object({ port: z.number().optional() });
  return z
    .looseObject({
      initialDelaySeconds: z.number().min(0).max(maxSeconds).default(0),
      timeoutSeconds: orDefault(z.number().min(0).max(3600), 1),
      periodSeconds: orDefault(z.number().min(0).max(maxSeconds), 10),
      failureThreshold: orDefault(z.number().min(0), 3),
      httpGet: z
        .looseObject({
          path: z.string().default("/"),
          port: z.number().optional(),
          httpHeaders: z
            .array(z.object({ name: z.string(), value: z.string().default("") }))
            .default([]),
        })
        .optional(),
      tcpSocket: port.optional(),
      grpc: port.optional(),
    })
    .superRefine(({ timeoutSeconds, periodSeconds }, context) => {
      if (timeoutSeconds <= periodSeconds) return;
      context.addIssue({
        code: "custom",
        path: ["timeoutSeconds"],
        message: `${timeoutSeconds} must not exceed 'periodSeconds', which is ${periodSeconds}.`,
      });
    });
}

/** 0 is absence, as everywhere in proto3. */
function orDefault(number: z.ZodNumber, fallback: number) {
  return number.default(0).transform((value) => value || fallback);
}
