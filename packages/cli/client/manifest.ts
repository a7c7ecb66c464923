import { ENTRY_POINTS } from "./compile.ts";

/** What a package is called by. */
export interface PackageName {
  readonly name: string;
  readonly version: string;
}

/** The folder of the package that holds its code. */
export const CODE_FOLDER = "dist";

/** What says that a folder was written by this command. */
export const GENERATOR = "background-tasks client";

/** The client's name where none is given: `@background-tasks/client` of `background-tasks`. */
export function defaultName(project: string): string {
  return project.startsWith("@") ? `${project}-client` : `@${project}/client`;
}

/** Throws for a name or a version that no registry takes. */
export function checkName({ name, version }: PackageName): void {
  const problems = [
    ...(NAME.test(name) && name.length <= 214
      ? []
      : [
          `'${name}' is no name of a package: it must be in lower case, such as '@my-team/tasks-client'.`,
        ]),
    ...(VERSION.test(version)
      ? []
      : [`'${version}' is no version: it must be three numbers, such as '1.4.0'.`]),
  ];
  if (problems.length > 0) throw new Error(problems.join(" "));
}

const NAME = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;
const VERSION = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;

/** The package.json of the client. */
export function manifest(
  { name, version }: PackageName,
  dependencies: Readonly<Record<string, string>>,
): object {
  return {
    name,
    version,
    description: "Enqueues tasks.",
    generator: GENERATOR,
    type: "module",
    exports: {
      ".": {
        types: `./${CODE_FOLDER}/${ENTRY_POINTS.types}`,
        default: `./${CODE_FOLDER}/${ENTRY_POINTS.default}`,
      },
    },
    files: [CODE_FOLDER],
    sideEffects: false,
    engines: { node: ">=20" },
    dependencies,
  };
}

/** The README of the client. */
export function readme(name: string, task: string): string {
  return `# ${name}

Enqueues tasks. \`npm run tasks -- client\` of the tasks' own repository writes this package; change it there.

\`\`\`js
import { contract, createClient } from "${name}";

const client = createClient(contract); // reads TASKS_QUEUES, the stack's output 'clientEnvironment'
await client.enqueue("${task}", payload, { id, delay: 60 });
\`\`\`
`;
}
