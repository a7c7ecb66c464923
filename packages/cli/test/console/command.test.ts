import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { googleLogin, type GoogleLogin } from "../../../../test/support/googleLogin.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";
import { RunningScript } from "../support/runningScript.ts";

// The command as it is run, with a stand-in for the Pulumi CLI on the PATH and a local cloud in Google's place.

let directory: string;
let cloud: OperatorCloud;
let login: GoogleLogin;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "console-"));
  cloud = await startOperatorCloud();
  login = await googleLogin(directory);
  const outputs = JSON.stringify({ operations: cloud.operations });
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\necho '${outputs}'\n`);
  chmodSync(join(directory, "pulumi"), 0o755);
});
afterAll(async () => {
  login[Symbol.dispose]();
  await cloud[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function serve(args: readonly string[] = [], env: Record<string, string> = {}): RunningScript {
  const all = ["console", "--stack", "dev", "--listen", "0", ...args];
  return new RunningScript("packages/cli/main.ts", all, {
    env: {
      PATH: [directory, process.env["PATH"]].join(delimiter),
      GOOGLE_APPLICATION_CREDENTIALS: login.file,
      GOOGLE_CLOUD_PROJECT: "local-project",
      NODE_OPTIONS: `--import=${resolve("test/support/hostsOnLoopback.mjs")}`,
      HOSTS_ON_LOOPBACK: JSON.stringify({
        "cloudtasks.googleapis.com": cloud.cloud.endpoint,
        "logging.googleapis.com": cloud.cloud.endpoint,
        "oauth2.googleapis.com": login.endpoint,
      }),
      ...env,
    },
  });
}

/** Calls the console whose link was printed, as its page does. */
async function ask(link: string, call: string, args?: object): Promise<[number, unknown]> {
  const [, token = ""] = /#(.*)$/.exec(link)!;
  const headers = {
    ...{ origin: new URL(link).origin, "sec-fetch-site": "same-origin" },
    ...{ "content-type": "application/json", "x-console": "1", "x-console-token": token },
  };
  const response = await fetch(new URL(`/console/v1/${call}`, link), {
    headers,
    ...(args && { method: "POST", body: JSON.stringify(args) }),
  });
  return [response.status, await response.json()];
}

const state = async (): Promise<unknown> => {
  const queue = await cloud.api("GET", `/v2/${cloud.operations.queues["email"]!}`);
  return (queue as { readonly state: unknown }).state;
};

describe("The command console", () => {
  it("prints its link, only looks, and ends with 0 by Ctrl+C", async () => {
    await using running = serve();
    const link = (await running.line(/^ {2}http/)).trim();

    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/);
    expect(running.stdout).toEqual([
      "Stack 'dev', project 'local-project'; it only looks:",
      `  ${link}`,
    ]);
    expect(await ask(link, "about")).toEqual([
      200,
      expect.objectContaining({ stack: "dev", allowChanges: false, isLocal: false }),
    ]);
    expect(await ask(link, "resume", { queue: "email" })).toEqual([
      403,
      {
        error: "This console only looks. Start it with '--allow-changes' to change anything.",
        exitCode: 3,
      },
    ]);
    expect(await state()).toBe("PAUSED");
    running.kill("SIGINT");
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.stderr).toEqual([]);
  });

  it("changes what it is asked to with '--allow-changes'", async () => {
    await using running = serve(["--allow-changes"]);
    const link = (await running.line(/^ {2}http/)).trim();

    expect(running.stdout[0]).toBe("Stack 'dev', project 'local-project':");
    expect((await ask(link, "resume", { queue: "email" }))[0]).toBe(200);
    expect(await state()).toBe("RUNNING");
    expect((await ask(link, "pause", { queue: "email" }))[0]).toBe(200);
    expect(await state()).toBe("PAUSED");
    running.kill("SIGTERM");
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });

  it("resumes what it has paused for a time before it ends", async () => {
    await cloud.api("POST", `/v2/${cloud.operations.queues["email"]!}:resume`, {});
    await using running = serve(["--allow-changes"]);
    const link = (await running.line(/^ {2}http/)).trim();

    expect((await ask(link, "pause", { queue: "email", minutes: 30 }))[0]).toBe(200);
    expect(await state()).toBe("PAUSED");
    running.kill("SIGINT");
    running.kill("SIGINT");
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.stderr).toEqual([
      "Resuming 'email'. Ctrl-C once more ends it at once, and leaves that paused.",
    ]);
    expect(await state()).toBe("RUNNING");
    await cloud.api("POST", `/v2/${cloud.operations.queues["email"]!}:pause`, {});
  });

  it("writes with '--audit' who does what into the stack's log, and else does nothing", async () => {
    const audited = async () => {
      const labels = [];
      for await (const page of cloud.calls.listLogEntries('log_id("background-tasks")')) {
        labels.push(...page.map((entry) => entry.labels));
      }
      return labels.filter(({ who }) => who !== undefined);
    };
    {
      await using running = serve(["--audit"]);
      expect(await running.ended).toEqual({ code: 5, signal: null });
      expect([running.stdout, running.stderr]).toEqual([
        [],
        [
          "'--audit' cannot write 'console' into the log 'background-tasks': Google does not tell the email of whoever " +
            "is logged in here: run 'gcloud auth application-default login'. It takes roles/logging.logWriter on the " +
            "project. It was not done.",
        ],
      ]);
    }
    login.email = "ada@example.com";
    await using running = serve(["--audit", "--allow-changes"]);
    const link = (await running.line(/^ {2}http/)).trim();
    expect((await ask(link, "resume", { queue: "email" }))[0]).toBe(200);
    login.email = undefined;
    expect(await ask(link, "pause", { queue: "email" })).toEqual([
      403,
      {
        error: expect.stringMatching(/^'--audit' cannot write 'pause' of 'email' into /),
        exitCode: 5,
      },
    ]);

    expect(await state()).toBe("RUNNING");
    const by = { stack: "dev", who: "ada@example.com" };
    expect(await audited()).toEqual([
      { ...by, what: "console" },
      { ...by, what: "resume", queue: "email", count: "1" },
    ]);
    await cloud.api("POST", `/v2/${cloud.operations.queues["email"]!}:pause`, {});
  });

  it("serves nothing to whom Google does not know any more", async () => {
    login.refuses = true;
    await using running = serve();

    expect(await running.ended).toEqual({ code: 5, signal: null });
    expect(running.stderr.join("\n")).toMatch(
      /^The application default credentials are good no more \(.+\): run 'gcloud auth application-default login'\.$/s,
    );
    login.refuses = false;
  });

  it("serves nothing without credentials, and says what to do", async () => {
    await using running = serve([], {
      ...{ GOOGLE_APPLICATION_CREDENTIALS: "", HOME: directory, CLOUDSDK_CONFIG: directory },
      METADATA_SERVER_DETECTION: "none",
    });

    expect(await running.ended).toEqual({ code: 5, signal: null });
    expect(running.stdout).toEqual([]);
    expect(running.stderr).toEqual([
      "There are no application default credentials: run 'gcloud auth application-default login'.",
    ]);
  });
});
