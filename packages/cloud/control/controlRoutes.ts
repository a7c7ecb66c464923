import { z } from "zod";
import {
  LOCAL_ALERTS_PATH,
  LOCAL_IMAGES_PATH,
  LOCAL_INSTANCES_PATH,
  LOCAL_OUTPUTS_PATH,
} from "./localCloud.ts";
import type { Clock } from "../time/clock.ts";
import { durationToMs, msToTimestamp, timestampToMs } from "../api/protoTime.ts";
import { DEPLOYER_ONLY } from "../api/deployer.ts";
import type { Faults } from "../faults/faults.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Json } from "../api/parseJson.ts";
import type { ControlRoutes } from "../api/plainRoutes.ts";
import { boundedDuration, duration } from "../faults/duration.ts";
import { VirtualClock } from "../time/virtualClock.ts";

const imageSchema = z.strictObject({
  /** The image's name, with its digest. */
  image: z.string(),
  /** The files of the build context, in base64, by their path in it. */
  files: z.record(z.string(), z.base64()),
});
const advanceSchema = z.union(
  [z.strictObject({ by: duration }), z.strictObject({ to: z.iso.datetime({ offset: true }) })],
  { error: 'must be {"by": "3600s"} or {"to": "2026-11-24T12:00:00Z"}' },
);
const idleSchema = z.strictObject({ limit: boundedDuration.optional() });
const removeSchema = z.strictObject({ id: z.int() });

/** A schedule of every minute makes half a million runs of it. */
const MAX_ADVANCE_MS = 366 * 86_400_000;

export interface Control {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly idle: (limitMs?: number) => Promise<void>;
  readonly reset: () => Promise<void>;
  /** Where the files of images are put. */
  readonly images: () => {
    readonly put: (image: string, files: Readonly<Record<string, Buffer>>) => Promise<unknown>;
  };
  /** The alerts that are open, and the policies that cannot be judged here. */
  readonly alerts: () => object;
  /** The revisions that run, and their instances. */
  readonly revisions: () => Promise<readonly object[]>;
  /** What the deployer remembers: under `outputs` those of the stack, once there is one. */
  readonly state: ReadonlyMap<string, unknown>;
}

/** What the local cloud answers about itself, beside Google's API: README.md has them all. */
export function controlRoutes(control: Control): ControlRoutes {
  const { clock, faults, state } = control;
  const faultList = (): object => ({ faults: faults.list() });
  return {
    [`GET ${LOCAL_OUTPUTS_PATH}`]: () => {
      const outputs = state.get("outputs");
      if (typeof outputs === "object" && outputs !== null) return outputs;
      throw new GoogleError("FAILED_PRECONDITION", "The stack is not deployed yet.");
    },
    [`POST ${LOCAL_IMAGES_PATH}`]: async (body, isDeployer) => {
      if (!isDeployer) throw new GoogleError("PERMISSION_DENIED", DEPLOYER_ONLY);
      const { image, files } = read(imageSchema, body);
      const contents = Object.entries(files).map(([path, file]): [string, Buffer] => [
        path,
        Buffer.from(file, "base64"),
      ]);
      await control.images().put(image, Object.fromEntries(contents));
      return {};
    },
    [`GET ${LOCAL_ALERTS_PATH}`]: () => control.alerts(),
    [`GET ${LOCAL_INSTANCES_PATH}`]: async () => ({ revisions: await control.revisions() }),
    "GET /local/v1/clock": () => timeOf(clock),
    "POST /local/v1/clock:advance": async (body) => {
      const asked = read(advanceSchema, body);
      const moving = requireVirtual(clock);
      const byMs = "by" in asked ? durationToMs(asked.by) : timestampToMs(asked.to) - moving.now();
      if (byMs < 0 || byMs > MAX_ADVANCE_MS) {
        throw new GoogleError(
          "INVALID_ARGUMENT",
          `The clock stands at ${msToTimestamp(moving.now())} and moves forward, by 366 days at once at most.`,
        );
      }
      await moving.advance(byMs);
      return timeOf(clock);
    },
    "POST /local/v1/idle": async (body) => {
      const { limit } = read(idleSchema, body ?? {});
      await control.idle(limit === undefined ? undefined : durationToMs(limit));
      return timeOf(clock);
    },
    "POST /local/v1/reset": async () => {
      if (state.size > 0) {
        throw new GoogleError(
          "FAILED_PRECONDITION",
          "A stack is deployed, whose resources a reset would take away. Start with --no-deploy for an empty cloud.",
        );
      }
      await control.reset();
      return {};
    },
    "GET /local/v1/faults": faultList,
    "POST /local/v1/faults": (body) => faults.add(body),
    "POST /local/v1/faults:remove": (body) => {
      faults.remove(read(removeSchema, body).id);
      return faultList();
    },
    "DELETE /local/v1/faults": () => {
      faults.clear();
      return faultList();
    },
  };
}

function read<T>(schema: z.ZodType<T>, body: Json | undefined): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new GoogleError("INVALID_ARGUMENT", z.prettifyError(parsed.error));
}

function timeOf(clock: Clock): object {
  const type = clock instanceof VirtualClock ? "virtual" : "system";
  return { type, now: msToTimestamp(clock.now()) };
}

function requireVirtual(clock: Clock): VirtualClock {
  if (clock instanceof VirtualClock) return clock;
  throw new GoogleError(
    "FAILED_PRECONDITION",
    "The clock is the machine's, which nobody can move. Start with --clock virtual.",
  );
}
