import { execFile } from "node:child_process";
import { createRemoteJWKSet, jwtVerify } from "jose";
import {
  startClientCloud,
  type ClientCloud,
} from "@background-tasks/cloud/test/clients/clientCloud.ts";

// The command as it is run, against a local cloud with one account.

const EMAIL = "producer@demo.iam.gserviceaccount.com";

let local: ClientCloud;

beforeAll(async () => {
  local = await startClientCloud();
  await local.rest("POST /v1/projects/demo/serviceAccounts", { accountId: "producer" });
});
afterAll(async () => {
  await local[Symbol.asyncDispose]();
});

function token(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["packages/cli/main.ts", "token", ...args],
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}

const port = () => ["--port", String(local.port)];

describe("npm run token", () => {
  it("prints an access token with which calls are the account's", async () => {
    const { stdout, code } = await token("--as", EMAIL, ...port());
    const denied = local.event("denied");

    await fetch(`${local.cloud.endpoint}/v2/projects/demo/locations/europe-west1/queues`, {
      headers: { authorization: `Bearer ${stdout.trim()}` },
    });

    expect(code).toBe(0);
    expect(await denied).toMatchObject({ member: `serviceAccount:${EMAIL}` });
  });

  it("prints an identity token for an audience, signed by the local cloud", async () => {
    const audience = "https://worker-123.europe-west1.run.app";

    const { stdout } = await token("--as", EMAIL, "--audience", audience, ...port());

    const keys = createRemoteJWKSet(new URL(`${local.cloud.endpoint}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(stdout.trim(), keys, { audience });
    expect(payload).toMatchObject({ email: EMAIL, email_verified: true });
  });

  it("says which accounts there are, where it was asked for another", async () => {
    const { stdout, stderr, code } = await token("--as", "nobody", ...port());

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "There is no service account 'nobody'. Known accounts: " +
        `'123456789012-compute@developer.gserviceaccount.com', '${EMAIL}'.\n`,
    );
  });

  it("asks for a local cloud", async () => {
    // Nothing can listen on port 1 without being root.
    expect((await token("--as", EMAIL, "--port", "1")).stderr).toBe(
      "No local cloud answers at http://127.0.0.1:1. Start one with 'npm start', name its port with --port, or name a " +
        "deployed stack with --stack alone.\n",
    );
  });

  it("has none of a stack in Google Cloud", async () => {
    expect((await token("--stack", "dev")).stderr).toBe(
      "Stack 'dev' is in Google Cloud, whose tokens are Google's: 'gcloud auth print-identity-token " +
        "--impersonate-service-account=<account> --audiences=<url>'. For one on the local cloud, add " +
        "--port or --local.\n",
    );
  });

  it("explains itself", async () => {
    const { stdout } = await token("--help");

    expect(stdout).toContain("Usage: npm run token -- [options]");
    expect(stdout).toContain("--audience <url>");
  });
});
