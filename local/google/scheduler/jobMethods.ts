import type { Authority } from "../authority.ts";
import type { Clock } from "../clock.ts";
import { decode } from "../cloudtasks/decoded.ts";
import { accountOf, tokenOf } from "../cloudtasks/httpTarget.ts";
import { pageOf, tokenAfter } from "../cloudtasks/pageToken.ts";
import { locationName } from "../cloudtasks/resourceNames.ts";
import { applyMask, parseMask } from "../cloudtasks/updateMask.ts";
import { GoogleError } from "../googleError.ts";
import type { Call, Method } from "../method.ts";
import { createJobState, pause, resume, setSchedule } from "./jobCore.ts";
import { jobMessage } from "./jobMessages.ts";
import { declarationOf, renderJob, settingsOf, type Job, type JobSettings } from "./jobResource.ts";
import type { JobRunner } from "./jobRunner.ts";

/** What the methods of Cloud Scheduler work on. */
export interface JobService {
  readonly project: string;
  readonly clock: Clock;
  readonly authority: Authority;
  readonly jobs: Map<string, Job>;
  readonly runner: JobRunner;
  readonly random: () => number;
}

const SERVICE = "google.cloud.scheduler.v1.CloudScheduler";
const JOBS = "/v1/projects/{project}/locations/{location}/jobs";
const JOB = `${JOBS}/{job}`;
const JOB_ID = /^[A-Za-z0-9_-]{1,500}$/;
const MAX_PAGE_SIZE = 500;
/** "Max job size 1 MB" (google-cloud.md 6.1). */
const MAX_JOB_SIZE = 1_048_576;

/** The methods of Cloud Scheduler v1. */
export function jobMethods(service: JobService): Method[] {
  const { clock, runner, jobs } = service;
  const onJob = (verb: string): NonNullable<Method["permission"]> => [
    `cloudscheduler.jobs.${verb}`,
    jobName,
  ];
  const method = (
    name: string,
    http: string,
    permission: NonNullable<Method["permission"]>,
    handle: (call: Call) => object,
  ): Method => ({ name, service: SERVICE, http, permission, handle });
  const withJob = (handle: (job: Job, call: Call) => object) => (call: Call) =>
    handle(find(service, call), call);

  return [
    method("CreateJob", `POST ${JOBS}`, ["cloudscheduler.jobs.create", locationName], (call) =>
      create(service, call),
    ),
    method("GetJob", `GET ${JOB}`, onJob("get"), withJob(renderJob)),
    method("ListJobs", `GET ${JOBS}`, ["cloudscheduler.jobs.list", locationName], (call) =>
      list(service, call),
    ),
    method(
      "UpdateJob",
      `PATCH ${JOB}`,
      onJob("update"),
      withJob((job, call) => update(service, job, call)),
    ),
    method(
      "DeleteJob",
      `DELETE ${JOB}`,
      onJob("delete"),
      withJob((job) => {
        jobs.delete(job.name);
        runner.forget(job);
        return {};
      }),
    ),
    method(
      "PauseJob",
      `POST ${JOB}:pause`,
      onJob("pause"),
      withJob((job) => {
        job.paused = true;
        pause(job.state);
        runner.pump(job);
        return renderJob(job);
      }),
    ),
    // The Terraform provider resumes a job that is not paused, and Google lets it (google-cloud.md 6.1).
    method(
      "ResumeJob",
      `POST ${JOB}:resume`,
      onJob("enable"),
      withJob((job) => {
        job.paused = false;
        resume(job.state, clock.now());
        runner.pump(job);
        return renderJob(job);
      }),
    ),
    method(
      "RunJob",
      `POST ${JOB}:run`,
      onJob("run"),
      withJob((job) => {
        runner.run(job);
        return renderJob(job);
      }),
    ),
  ];
}

function create(service: JobService, call: Call): object {
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

function update(service: JobService, job: Job, call: Call): object {
  requireSize(call);
  const mask = parseMask(call.query.get("updateMask"), jobMessage);
  const fresh = declarationOf(decode(jobMessage, call.body));
  const declaration = declarationOf(applyMask(job.declaration, fresh, mask));
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

function list(service: JobService, call: Call): object {
  requireProject(service, call);
  const now = service.clock.now();
  const { size, after = "" } = pageOf(call, MAX_PAGE_SIZE, now);
  const prefix = `${locationName(call)}/jobs/`;
  const rest = [...service.jobs.values()]
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    ...(page.length > 0 && { jobs: page.map(renderJob) }),
    ...(last && rest.length > size && { nextPageToken: tokenAfter(last.name, now) }),
  };
}

function find(service: JobService, call: Call): Job {
  requireProject(service, call);
  const job = service.jobs.get(jobName(call));
  if (job) return job;
  throw new GoogleError("NOT_FOUND", "Job not found.");
}

function jobName(call: Call): string {
  return `${locationName(call)}/jobs/${call.params["job"] ?? ""}`;
}

function requireProject({ project }: JobService, { params }: Call): void {
  const asked = params["project"] ?? "";
  if (asked === project) return;
  throw new GoogleError("PERMISSION_DENIED", `Permission denied on resource project ${asked}.`);
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
