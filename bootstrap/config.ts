import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** One environment: a stack of the program, the project it is deployed to, and who deploys it. */
export interface EnvironmentConfig {
  readonly project: string;
  /** Its images are copied from this environment's, which is therefore read. */
  readonly promotesFrom?: string | undefined;
  /** Its stacks are the throw-away ones of pull requests, which nobody previews. */
  readonly isThrowAway: boolean;
}

export interface BootstrapConfig {
  /** The project that holds what CI needs. */
  readonly project: string;
  /** Where the state is kept. */
  readonly location: string;
  /** Owner and name. It is told to people: what is checked are the numbers. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly environments: Readonly<Record<string, EnvironmentConfig>>;
}

/** Reads and checks the settings. It throws everything that is wrong, together. */
export function loadConfig(): BootstrapConfig {
  const given = readGiven();
  const result = settings.safeParse(given);
  const problems = result.success
    ? crossProblems(result.data.environments)
    : result.error.issues.map(({ path, message }) => `'${path.join(".")}': ${message}.`);
  if (!result.success || problems.length > 0) {
    throw new pulumi.RunError(
      ["The settings of the bootstrap have problems:", ...problems.map((one) => `  - ${one}`)].join(
        "\n",
      ),
    );
  }
  const { "gcp:project": project, "gcp:region": location, ...own } = result.data;
  return { project, location, ...own };
}

/** GitHub's environments are named after it, and so are accounts, of which a name has at most 30 letters. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/;

const PROJECT = z
  .string({ error: "it must be the id of a Google Cloud project" })
  .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "it must be the id of a Google Cloud project");

const NUMBER_RULE = "it must be GitHub's number for it, digits alone, in quotes";
const NUMBER = z.string({ error: NUMBER_RULE }).regex(/^[1-9]\d*$/, NUMBER_RULE);

const environment = z.strictObject({
  project: PROJECT,
  promotesFrom: z.string().optional(),
  throwAway: z.boolean().default(false),
});

const settings = z.object({
  "gcp:project": PROJECT,
  "gcp:region": z.string({ error: "it must be a region, such as 'europe-west1'" }),
  repository: z
    .string({ error: "it must be owner and name" })
    .regex(/^[\w.-]+\/[\w.-]+$/, "it must be owner and name, such as 'octo-org/background-tasks'"),
  repositoryId: NUMBER,
  ownerId: NUMBER,
  environments: z
    .record(
      z
        .string()
        .regex(
          ENVIRONMENT_NAME,
          "an environment's name is 2 to 16 lower-case letters, digits, '-'",
        ),
      environment.transform(({ throwAway, ...rest }) => ({ ...rest, isThrowAway: throwAway })),
      { error: "it must be a map from the names of environments to { project }" },
    )
    .refine((map) => Object.keys(map).length > 0, "it must name an environment"),
});

function crossProblems(environments: BootstrapConfig["environments"]): string[] {
  return Object.entries(environments)
    .filter(([, { promotesFrom }]) => promotesFrom !== undefined && !environments[promotesFrom])
    .map(
      ([name, { promotesFrom }]) =>
        `'environments.${name}.promotesFrom' is '${String(promotesFrom)}', which is no environment.`,
    );
}

function readGiven(): Record<string, unknown> {
  const own = `${pulumi.getProject()}:`;
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (value === "") continue;
    if (key.startsWith("gcp:")) given[key] = value;
    else if (key === `${own}environments`) given["environments"] = parseJson(value);
    else if (key.startsWith(own)) given[key.slice(own.length)] = value;
  }
  return given;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what it should have been.
    return text;
  }
}
