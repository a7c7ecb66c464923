// Logs in, as the real action does: a file in the workspace that begins with 'gha-creds-', and these variables.
import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const { GITHUB_WORKSPACE, GITHUB_ENV, GITHUB_STATE, RUNNER_TEMP, INSTALLED } = process.env;
const { GOOGLE_LOGIN, CLOUD, NODE_FOLDER } = process.env;

const [, account = "", project] =
  /^([\w-]+)@([\w-]+)\.iam\.gserviceaccount\.com$/.exec(process.env.INPUT_SERVICE_ACCOUNT) ?? [];
if (account === "") {
  throw new Error(`'${process.env.INPUT_SERVICE_ACCOUNT}' is no service account.`);
}

const credentials = join(GITHUB_WORKSPACE, `gha-creds-${randomBytes(8).toString("hex")}.json`);
copyFileSync(GOOGLE_LOGIN, credentials);

// The engine starts a provider in the program's folder, and one that is attached has to be there already.
const folder = mkdtempSync(join(RUNNER_TEMP, "providers-"));
const output = join(folder, "output");
const child = spawn(
  join(NODE_FOLDER, "node"),
  [join(INSTALLED, "withNode.mjs"), join(INSTALLED, "test/support/attachProviders.ts"), CLOUD],
  {
    cwd: GITHUB_WORKSPACE,
    detached: true,
    stdio: ["ignore", openSync(output, "a"), openSync(join(folder, "errors"), "a")],
  },
);
child.unref();
appendFileSync(GITHUB_STATE, `providers=${child.pid}\ncredentials=${credentials}\n`);

let addresses = "";
while (!addresses.endsWith("\n")) {
  if (child.exitCode !== null) throw new Error(readFileSync(join(folder, "errors"), "utf8"));
  await pause(50);
  addresses = readFileSync(output, "utf8");
}

const variables = {
  ...each(
    ["CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", "GOOGLE_APPLICATION_CREDENTIALS"],
    credentials,
  ),
  ...each(["GOOGLE_GHA_CREDS_PATH"], credentials),
  // The account's project, which need not be the one that it works in.
  ...each(["CLOUDSDK_CORE_PROJECT", "CLOUDSDK_PROJECT", "GCLOUD_PROJECT"], project),
  ...each(["GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"], project),
  PULUMI_DEBUG_PROVIDERS: addresses.trim(),
};
for (const [name, value] of Object.entries(variables)) {
  appendFileSync(GITHUB_ENV, `${name}=${value}\n`);
}

function each(names, value) {
  return Object.fromEntries(names.map((name) => [name, value]));
}
