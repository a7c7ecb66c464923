import type { Command } from "commander";
import { z } from "zod";
import { alternatives } from "../../../tasks/contract/knownNames.ts";
import { targetOf, withTarget, type Target } from "../command/target.ts";
import { callLocal, localEndpoint } from "../stack/localCloud.ts";
import { stackOperations } from "../stack/stackEnvironment.ts";

interface Wanted {
  /** The account's e-mail address. */
  readonly as: string;
  /** @default - an access token is wanted */
  readonly audience?: string;
}

interface Options extends Target, Partial<Wanted> {
  /** A worker's name. */
  readonly worker?: string;
}

export function configure(command: Command): void {
  withTarget(command)
    .description(
      "Prints a token of a service account of the local cloud ('npm start'): an access token for " +
        "Google's API or, with --audience, an identity token for a service on Cloud Run. It is good " +
        "for nearly an hour, and nowhere else.",
    )
    .option("--as <account>", "the account, by its e-mail address")
    .option("--audience <url>", "print an identity token for this audience: the service's URL")
    .option(
      "--worker <name>",
      "without --as: the worker that the token is for, where there are several",
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run --silent token -- --as somebody@local-project.iam.gserviceaccount.com\n" +
        "  npm run --silent token -- --as somebody@local-project.iam.gserviceaccount.com \\\n" +
        "    --audience https://a-service-123456789012.europe-west1.run.app\n" +
        "Without --as: the identity token with which the stack's queues call their worker.",
    )
    .action(async (options: Options) => {
      console.log(await mint(targetOf(command), options));
    });
}

const answer = z.union([
  z.object({ accessToken: z.string() }).transform(({ accessToken }) => accessToken),
  z.object({ token: z.string() }).transform(({ token }) => token),
]);
const accounts = z.object({ accounts: z.array(z.object({ email: z.string() })).default([]) });
const refusal = z.object({ error: z.object({ status: z.string(), message: z.string() }) });

/** The token that is asked for; without an account, that of a worker's invoker for the worker. */
async function wanted(target: Target, { as, audience, worker: name }: Options): Promise<Wanted> {
  if (as !== undefined) return { as, ...(audience !== undefined && { audience }) };
  const { workers } = await stackOperations(target);
  const [only] = workers;
  const worker =
    name === undefined && workers.length === 1 ? only : workers.find((one) => one.name === name);
  if (worker) return { as: worker.invoker, audience: audience ?? worker.url };
  const known = alternatives(
    name ?? "",
    "workers",
    workers.map((one) => one.name),
  );
  throw new Error(
    name === undefined
      ? `There are several workers: name one with --worker. ${known}`
      : `There is no worker '${name}'. ${known}`,
  );
}

async function mint(target: Target, options: Options): Promise<string> {
  const { port, stack } = target;
  if (port === undefined) {
    throw new Error(
      `Stack '${String(stack)}' is in Google Cloud, whose tokens are Google's: 'gcloud auth ` +
        "print-identity-token --impersonate-service-account=<account> --audiences=<url>'. For one on the " +
        "local cloud, add --port or --local.",
    );
  }
  const endpoint = localEndpoint(port);
  const { as, audience } = await wanted(target, options);
  const account = `/v1/projects/-/serviceAccounts/${encodeURIComponent(as)}`;
  const minted =
    audience === undefined
      ? await call(endpoint, `${account}:generateAccessToken`, { scope: [SCOPE] })
      : await call(endpoint, `${account}:generateIdToken`, { audience, includeEmail: true });
  const refused = refusal.safeParse(minted);
  if (!refused.success) return answer.parse(minted);
  const { status, message } = refused.data.error;
  if (status !== "NOT_FOUND") throw new Error(message);
  const known = accounts.parse(await call(endpoint, "/v1/projects/-/serviceAccounts"));
  const emails = known.accounts.map(({ email }) => `'${email}'`).join(", ");
  throw new Error(`There is no service account '${as}'. Known accounts: ${emails}.`);
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

async function call(endpoint: string, path: string, body?: object): Promise<unknown> {
  const response = await callLocal(endpoint, path, {
    method: body ? "POST" : "GET",
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}
