import { Command } from "commander";
import { z } from "zod";
import { LOCAL_API_PORT } from "../tasks/localCloud.ts";

interface Options {
  readonly as: string;
  readonly audience?: string;
  readonly port: number;
}

const command = new Command("npm run token --")
  .description(
    "Prints a token of a service account of the local cloud ('npm start'): an access token for\n" +
      "Google's API or, with --audience, an identity token for a service on Cloud Run. It is good\n" +
      "for nearly an hour, and nowhere else.",
  )
  .requiredOption("--as <account>", "the account, by its e-mail address")
  .option("--audience <url>", "print an identity token for this audience: the service's URL")
  .option("--port <port>", "the local cloud's port", Number, LOCAL_API_PORT)
  .addHelpText(
    "after",
    "\nExamples:\n" +
      "  npm run --silent token -- --as local-scheduler@local-project.iam.gserviceaccount.com\n" +
      "  npm run --silent token -- --as local-invoker@local-project.iam.gserviceaccount.com \\\n" +
      "    --audience https://local-worker-123456789012.europe-west1.run.app",
  );

const answer = z.union([
  z.object({ accessToken: z.string() }).transform(({ accessToken }) => accessToken),
  z.object({ token: z.string() }).transform(({ token }) => token),
]);
const accounts = z.object({ accounts: z.array(z.object({ email: z.string() })).default([]) });
const refusal = z.object({ error: z.object({ status: z.string(), message: z.string() }) });

async function mint({ as, audience, port }: Options): Promise<string> {
  const endpoint = `http://127.0.0.1:${port}`;
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
  let response;
  try {
    response = await fetch(endpoint + path, {
      method: body ? "POST" : "GET",
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Error(
      `No local cloud answers at ${endpoint}. Start one with 'npm start', or name its port with --port.`,
      { cause: error },
    );
  }
  return response.json();
}

try {
  console.log(await mint(command.parse().opts<Options>()));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
