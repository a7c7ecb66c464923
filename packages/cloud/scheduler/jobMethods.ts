import { decode } from "../api/decoded.ts";
import { pageByName } from "../api/pageToken.ts";
import { locationName } from "../api/resourceNames.ts";
import { GoogleError } from "../api/googleError.ts";
import { locationMethods } from "../api/locations.ts";
import type { Call, Method } from "../api/method.ts";
import { createFrom, requireProject, updateFrom, type JobService } from "./jobChanges.ts";
import { pause, resume } from "./jobCore.ts";
import { jobMessage } from "./jobMessages.ts";
import { renderJob, type Job } from "./jobResource.ts";

const SERVICE = "google.cloud.scheduler.v1.CloudScheduler";
const JOBS = "/v1/projects/{project}/locations/{location}/jobs";
const JOB = `${JOBS}/{job}`;
const MAX_PAGE_SIZE = 500;

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
    more: Pick<Method, "query" | "answer"> = {},
  ): Method => ({ name, service: SERVICE, http, permission, ...more, handle });
  const withJob = (handle: (job: Job, call: Call) => object) => (call: Call) =>
    handle(find(service, call), call);
  /** A method that takes nothing but the name of a job, and changes it. */
  const onJobAlone = (name: string, verb: string, permission: string, act: (job: Job) => void) =>
    method(
      name,
      `POST ${JOB}:${verb}`,
      onJob(permission),
      withJob((job, { body }) => {
        decode({ name: "string" }, body);
        act(job);
        return renderJob(job);
      }),
      { answer: jobMessage },
    );

  return [
    method(
      "CreateJob",
      `POST ${JOBS}`,
      ["cloudscheduler.jobs.create", locationName],
      (call) => createFrom(call, service),
      { answer: jobMessage },
    ),
    method("GetJob", `GET ${JOB}`, onJob("get"), withJob(renderJob), { answer: jobMessage }),
    method(
      "ListJobs",
      `GET ${JOBS}`,
      ["cloudscheduler.jobs.list", locationName],
      (call) => list(service, call),
      {
        query: ["pageSize", "pageToken"],
        answer: { jobs: { repeated: { message: jobMessage } } },
      },
    ),
    method(
      "UpdateJob",
      `PATCH ${JOB}`,
      onJob("update"),
      withJob((job, call) => updateFrom(call, job, service)),
      { query: ["updateMask"], answer: jobMessage },
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
    onJobAlone("PauseJob", "pause", "pause", (job) => {
      job.paused = true;
      pause(job.state);
      runner.pump(job);
    }),
    // The Terraform provider resumes a job that is not paused, and Google lets it (google-cloud.md 6.1).
    onJobAlone("ResumeJob", "resume", "enable", (job) => {
      job.paused = false;
      resume(job.state, clock.now());
      runner.pump(job);
    }),
    onJobAlone("RunJob", "run", "run", (job) => {
      runner.run(job);
    }),
    ...locationMethods({
      project: "/v1/projects/{project}",
      permissions: "cloudscheduler",
      used: () => [
        ...(service.region === undefined ? [] : [service.region]),
        ...[...jobs.keys()].map((name) => name.split("/")[3] ?? ""),
      ],
      requireProject: (call) => {
        requireProject(service, call);
      },
      clock,
    }),
  ];
}

function list(service: JobService, call: Call): object {
  requireProject(service, call);
  const prefix = `${locationName(call)}/jobs/`;
  const all = [...service.jobs.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { page, next } = pageByName(call, all, service.clock.now(), { maxSize: MAX_PAGE_SIZE });
  return { ...(page.length > 0 && { jobs: page.map(renderJob) }), ...next };
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
