import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import { consumerInvalid } from "../api/consumer.ts";
import { decode } from "../api/decoded.ts";
import { accountOf, tokenOf } from "../target/token.ts";
import { locationName } from "../api/resourceNames.ts";
import { applyMask, parseMask } from "../api/updateMask.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call } from "../api/method.ts";
import { createJobState, setSchedule } from "./jobCore.ts";
import { JOB, jobMessage } from "./jobMessages.ts";
import { declarationOf, renderJob, settingsOf, type Job, type JobSettings } from "./jobResource.ts";
import type { JobRunner } from "./jobRunner.ts";

/** What the methods of Cloud Scheduler work on. */
export interface JobService {
  readonly project: string;
  /**
   * The location that a project's locations are listed with before it has a job in it.
   *
   * @default - only those with jobs are listed
   */
  readonly region?: string;
  readonly clock: Clock;
  readonly authority: Authority;
  readonly jobs: Map<string, Job>;
  readonly runner: JobRunner;
  readonly random: () => number;
}

const JOB_ID = /^[A-Za-z0-9_-]{1,500}$/;
/** "Max job size 1 MB" (google-cloud.md 6.1). */
const MAX_JOB_SIZE = 1_048_576;

/** Creates the job that a call of CreateJob asks for. */
export function createFrom(call: Call, service: JobService): object {
  requireProject(service, call);
  const fields = decode(jobMessage, call.body);
  requireSize(call);
  const parent = `${locationName(call)}/jobs/`;
  const name = fields.name || parent + randomId(service.random);
  const id = name.slice(parent.length);
  if (!name.startsWith(parent) || !JOB_ID.test(id)) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Job name '${name}' must be formatted: "${parent}<JOB_ID>", with an id of 1 to 500 letters, digits, hyphens and underscores.`,
    );
  }
  const declaration = declarationOf(fields);
  const settings = settingsOf(declaration);
  if (service.jobs.has(name)) {
    throw new GoogleError("ALREADY_EXISTS", `Job ${name} already exists.`);
  }
  requireActAs(service, settings, call.member);
  const now = service.clock.now();
  const job: Job = {
    name,
    project: service.project,
    declaration,
    settings,
    state: createJobState(settings.schedule, settings.retry, now),
    paused: false,
    userUpdateTime: now,
    lastAttemptTime: undefined,
    status: undefined,
  };
  service.jobs.set(name, job);
  service.runner.pump(job);
  return renderJob(job);
}

/** Puts in force what a call of UpdateJob asks for. */
export function updateFrom(call: Call, job: Job, service: JobService): object {
  requireSize(call);
  const mask = parseMask(call.query.get("updateMask"), jobMessage);
  const fresh = declarationOf(decode(jobMessage, call.body));
  const declaration = declarationOf(applyMask(job.declaration, fresh, mask, JOB));
  const settings = settingsOf(declaration);
  if (!mask || mask.some(([field]) => field === "httpTarget")) {
    requireActAs(service, settings, call.member);
  }
  job.declaration = declaration;
  job.settings = settings;
  job.userUpdateTime = service.clock.now();
  setSchedule(job.state, settings.schedule, settings.retry, job.userUpdateTime);
  service.runner.pump(job);
  return renderJob(job);
}

/** Throws PERMISSION_DENIED for a project that is not this cloud's. */
export function requireProject({ project }: JobService, { params }: Call): void {
  const asked = params["project"] ?? "";
  if (asked === project) return;
  throw consumerInvalid(asked, "cloudscheduler.googleapis.com");
}

function requireSize({ body }: Call): void {
  const size = Buffer.byteLength(JSON.stringify(body ?? {}));
  if (size <= MAX_JOB_SIZE) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `The job takes ${size} bytes; at most 1 MB is allowed.`,
  );
}

/** Who sets a token on a job must be allowed to act as its account (google-cloud.md 4.2). */
function requireActAs({ authority }: JobService, { target }: JobSettings, member: string): void {
  const token = "httpTarget" in target ? tokenOf(target.httpTarget) : undefined;
  if (token) authority.requireActAs(member, accountOf(token));
}

function randomId(random: () => number): string {
  return String(Math.floor(random() * 1e15)).padStart(15, "0");
}
