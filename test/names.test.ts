import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { cloudNames, DEFAULT_WORKER, workerNames } from "../infra/config/names.ts";

/** What is no part of the program, and could spell a name that only the program may know. */
const FOLDERS = [".ci", ".github", "bench", "bootstrap", "packages"];

/** What is installed, what tests, and what is told to people. */
const LEFT_OUT = /^(?:node_modules|test)$|\.(?:md|json|sum)$/;

/** Artifact Registry itself: it says of any repository where it is. */
const GOOGLES = "packages/cloud/artifactregistry/artifactRegistry.ts";

/** A stack's name, in a template of TypeScript, in Bash, or as it is. */
const STACK = String.raw`(?:\$\{[^}]*\}|\$\w+|\b(?:dev|prod|local))`;
const STACK_ALONE = String.raw`(?:\$\{[^}]*stack[^}]*\}|\$\{?\w*stack\w*\}?)`;

/** What leaves of a name what it ends with. */
const NOTHING = { stack: "" };

/** What a name looks like where it is put together. */
const SPELT = new RegExp(
  [
    // Of what a stack has one of, such as `${stack}-worker`.
    ...Object.values({ ...cloudNames(NOTHING), ...workerNames(NOTHING, DEFAULT_WORKER) }).map(
      (ending) => `${STACK}${ending}\\b`,
    ),
    // Of what it has several of, such as `${stack}-${queue}`.
    String.raw`${STACK_ALONE}-\$`,
    String.raw`docker\.pkg\.dev`,
  ].join("|"),
  "i",
);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

describe("A name in the cloud", () => {
  const files = FOLDERS.flatMap(filesIn).filter((file) => file !== GOOGLES);

  it("is spelt by the program alone: whoever needs it reads the output 'operations'", () => {
    const spelt = files.flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line) => (SPELT.test(line) ? [`${file}: ${line.trim()}`] : [])),
    );

    expect(files.length).toBeGreaterThan(300);
    expect(spelt).toEqual([]);
  });

  it.each([
    "const name = `projects/${project}/locations/${region}/services/${stack}-worker`;",
    "account: `${target.stack}-invoker@${project}`,",
    "const repository = `${region}-docker.pkg.dev/${project}`;",
    "const job = `${location}/jobs/${options.stack}-${schedule}`;",
    'gcloud run services describe "$STACK-worker"',
    "gcloud run services describe dev-worker",
  ])("is found where something else spells it: %s", (line) => {
    expect(line).toMatch(SPELT);
  });

  it.each([
    "`${parent}/services/${name}`",
    "`reviews/preview-${stack}.json`",
    "`${location}/queues/${name}`",
    "bench-worker-123456789012.europe-west1.run.app",
  ])("is not taken for one: %s", (line) => {
    expect(line).not.toMatch(SPELT);
  });
});
