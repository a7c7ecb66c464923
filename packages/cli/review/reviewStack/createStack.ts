import { stringify } from "yaml";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import type { Run } from "../../command/program.ts";
import { reviewStack } from "../sweep/stacksToDestroy.ts";

/** Where the throw-away stacks are deployed. */
export interface ReviewPlace {
  readonly project: string;
  readonly region: string;
  /** Such as `gcpkms://projects/…`. */
  readonly secretsProvider: string;
  /** What comes before every name in Google Cloud. Empty for nothing. */
  readonly namePrefix: string;
  /** What the contract declares. */
  readonly settings: Contract["settings"];
}

/** How the outside is changed. */
export interface Outside {
  readonly run: Run;
  readonly read: (file: string) => string;
  readonly write: (file: string, content: string) => void;
}

/**
 * Makes a pull request's throw-away stack, or finds it, with the settings that it needs. Its handlers'
 * settings are examples, and its policy is that of `PulumiPolicy.review.json`. Returns its name.
 */
export async function createStack(
  pullRequest: number,
  { project, region, secretsProvider, namePrefix, settings }: ReviewPlace,
  { run, read, write }: Outside,
): Promise<string> {
  const stack = reviewStack(pullRequest);
  const examples = Object.fromEntries(
    Object.entries(settings).map(([name, { example }]) => [name, example]),
  );
  write(
    `Pulumi.${stack}.yaml`,
    // No encrypted key: the engine makes one. Nothing in this file is a secret.
    stringify(
      {
        secretsprovider: secretsProvider,
        config: {
          "gcp:project": project,
          "gcp:region": region,
          ...(namePrefix !== "" && { namePrefix }),
          // No real one is given away: what handlers ask of them fails.
          settings: examples,
          protect: false,
          workerMaxInstances: 2,
          // Nobody is called for a stack of a day.
          alerts: { enabled: false },
        },
      },
      // What is text stays text: the CLI would read '1_000' as a number.
      { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" },
    ),
  );
  write(`PulumiPolicy.${stack}.json`, read("PulumiPolicy.review.json"));
  const provider = ["--secrets-provider", secretsProvider];
  await run("pulumi", [
    ...["stack", "select", stack, "--create"],
    ...provider,
    "--non-interactive",
  ]);
  return stack;
}
