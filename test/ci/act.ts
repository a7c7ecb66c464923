import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ended } from "../engine/engineUnderTest.ts";
import { GITHUB_TOKEN, REPOSITORY } from "./fakeGithub.ts";

/** What GitHub tells a run, beside the workflow. */
export interface Event {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the run is about, as GitHub checks it out. */
  readonly ref: string;
}

/** How a run went. */
export interface WorkflowRun {
  readonly id: number;
  /** The jobs that ran, and how each ended: a job whose condition did not hold is not among them. */
  readonly jobs: Readonly<Record<string, "succeeded" | "failed">>;
  /** What the jobs left for the page of the run, in Markdown. */
  readonly summaries: readonly string[];
  /** All that they wrote. */
  readonly output: string;
}

export interface RunOptions {
  /** A job, to run it and those that it needs alone. */
  readonly job?: string;
  /** Such as `stack:dev`, to run that job of a matrix alone. */
  readonly matrix?: string;
}

/** Where runs happen. */
export interface Place {
  /** The repository's, at what a run is about. */
  readonly directory: string;
  /** Where runs may leave something. */
  readonly folder: string;
  /** The file of the variables that workflows are given. */
  readonly variables: string;
  /** GitHub's. */
  readonly apiUrl: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What runs workflows, as GitHub would, with act. */
export function startAct(
  place: Place,
): (workflow: string, event: Event, options?: RunOptions) => Promise<WorkflowRun> {
  const { directory, folder } = place;
  let runs = 0;
  return async (workflow, { name, payload }, { job, matrix } = {}) => {
    const id = (runs += 1);
    const event = join(folder, `event-${id}.json`);
    writeFileSync(event, JSON.stringify({ repository: OUR_REPOSITORY, ...payload }));
    const child = spawn(
      "act",
      [
        name,
        ...["--directory", directory],
        ...["--workflows", `.github/workflows/${workflow}.yml`],
        ...(job === undefined ? [] : ["--job", job]),
        ...(matrix === undefined ? [] : ["--matrix", matrix]),
        ...["--eventpath", event],
        // On this machine itself, and in a folder that is gone afterwards.
        ...["--platform", "ubuntu-24.04=-self-hosted"],
        ...["--action-cache-path", join(folder, "act")],
        ...["--var-file", place.variables, "--secret", `GITHUB_TOKEN=${GITHUB_TOKEN}`],
        ...["--env", `GITHUB_API_URL=${place.apiUrl}`, "--env", `GITHUB_REPOSITORY=${REPOSITORY}`],
        ...["--env", `GITHUB_RUN_ID=${id}`],
        ...["--no-skip-checkout", "--no-cache-server", "--action-offline-mode"],
        ...standInActions(directory),
      ],
      { cwd: folder, env: place.environment, stdio: ["ignore", "pipe", "pipe"] },
    );
    const { code, output } = await ended(child);
    const jobs = jobsIn(output);
    if (code !== 0 && Object.keys(jobs).length === 0) {
      throw new Error(`act does not run '${workflow}.yml':\n${output}`);
    }
    return { id, output, jobs, summaries: summariesIn(output) };
  };
}

const OUR_REPOSITORY = { full_name: REPOSITORY, default_branch: "main" };

/**
 * How act says that jobs have ended: `[Preview/diff] 🏁  Job succeeded`, and of a workflow that job `dev` calls
 * `[dev/Preview of a stack/preview]`. They are named as GitHub does: `diff`, and `dev / preview`.
 */
function jobsIn(output: string): WorkflowRun["jobs"] {
  const ends = output.matchAll(
    /^\[(?:([^\]/]+)\/)?[^\]/]+\/([^\]/]+?) *\] +🏁 +Job (succeeded|failed)/gmu,
  );
  return Object.fromEntries(
    [...ends].map(([, caller, job = "", end]) => [
      caller === undefined ? job : `${caller} / ${job}`,
      end === "failed" ? "failed" : "succeeded",
    ]),
  );
}

/** How act shows a summary: `[prod/Deploy a stack/deploy]   ⚙  Summary - ## Stack …`, to the next line of its own. */
function summariesIn(output: string): string[] {
  return [...output.matchAll(/^\[.+\] +⚙ +Summary - ((?:.*\n(?!\[))*.*)$/gmu)].map(
    ([, text = ""]) => text.trimEnd(),
  );
}

/** The stand-ins for all actions that the workflows name, at the commits that they are named by. */
function standInActions(directory: string): string[] {
  const folders = [".github/workflows", ".github/actions"];
  const texts = folders.flatMap((folder) =>
    readdirSync(join(directory, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".yml"))
      .map((file) => readFileSync(join(directory, folder, file), "utf8")),
  );
  const named = texts.flatMap((text) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)@([\w.]+)/g)]);
  return [
    ...new Map(named.map(([, name = "", commit = ""]) => [`${name}@${commit}`, name])),
  ].flatMap(([action, name]) => {
    const folder = resolve(".ci/workflows/actions", name);
    if (!existsSync(folder)) {
      throw new Error(
        `A workflow uses '${name}'. Give it a stand-in at '.ci/workflows/actions/${name}'.`,
      );
    }
    return ["--local-repository", `${action}=${folder}`];
  });
}
