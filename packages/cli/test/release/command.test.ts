import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { googleLogin, LOGIN_TOKEN } from "../../../../test/support/googleLogin.ts";
import { RunningScript } from "../support/runningScript.ts";

// The command as it is run, with stand-ins for the Pulumi CLI and skopeo on the PATH.

const IMAGE = `europe-west1-docker.pkg.dev/octo-dev/dev-pictures/worker@sha256:${"0a".repeat(32)}`;
const OUTPUTS = {
  operations: {
    ...{ stack: "prod", project: "octo-prod", region: "us-east1", protect: true },
    ...{ queues: {}, schedules: {} },
    workers: [
      {
        ...{ name: "worker", service: "projects/octo-prod/x", url: "https://w.a.run.app" },
        ...{ invoker: "i@p", queues: [] },
      },
    ],
    imageRepository: "mirror.example.com/octo-prod/prod-pictures/worker",
  },
};

let directory: string;
/** Where the command keeps what is for it alone. */
let temporary: string;
/** Skopeo's arguments come here, and it goes on once they are read. */
let told: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "release-"));
  temporary = join(directory, "tmp");
  told = join(directory, "told");
  mkdirSync(temporary);
  execFileSync("mkfifo", [told]);
  const program = (name: string, ...lines: readonly string[]) => {
    writeFileSync(join(directory, name), ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(join(directory, name), 0o755);
  };
  program("pulumi", `echo '${JSON.stringify(OUTPUTS)}'`);
  program("skopeo", `echo "$*" >'${told}'`, 'echo "Copying blob 1"', "exec $THEN");
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function copy(login: string, then: string): RunningScript {
  const args = ["copy", "--image", IMAGE, "--stack", "prod", "--tag", "c0ffee"];
  return new RunningScript("packages/cli/main.ts", ["release", ...args], {
    env: {
      PATH: [directory, process.env["PATH"]].join(delimiter),
      TMPDIR: temporary,
      THEN: then,
      GOOGLE_APPLICATION_CREDENTIALS: login,
      GOOGLE_CLOUD_PROJECT: "octo-prod",
    },
  });
}

it("npm run release refuses an image that is not named by its digest, before it asks for anything", async () => {
  const image = "europe-west1-docker.pkg.dev/octo-dev/dev-pictures/worker:latest";
  const args = ["promote", "--image", image, "--stack", "prod", "--tag", "c0ffee"];
  await using script = new RunningScript("packages/cli/main.ts", ["release", ...args], {
    env: { PATH: "" },
  });

  expect(await script.ended).toEqual({ code: 2, signal: null });
  expect(script.stderr[0]).toBe(
    `Option '--image <image>' argument '${image}' is invalid. Image '${image}' is not named by its digest; ` +
      "it must be 'host/project/repository/worker@sha256:…'.",
  );
});

const logins = () => readdirSync(temporary).filter((name) => name.startsWith("registry-login-"));

describe("npm run release -- copy", () => {
  it("prints the image's name in the stack's own repository, and nothing else", async () => {
    using login = await googleLogin(directory);
    await using script = copy(login.file, "true");

    const args = await readFile(told, "utf8");

    expect(await script.ended).toEqual({ code: 0, signal: null });
    expect(args).toContain(
      "docker://mirror.example.com/octo-prod/prod-pictures/worker:deployed-c0ffee",
    );
    expect(args).not.toContain(LOGIN_TOKEN);
    expect(script.stderr).toEqual([]);
    expect(script.stdout).toEqual([
      `mirror.example.com/octo-prod/prod-pictures/worker@sha256:${"0a".repeat(32)}`,
    ]);
    expect(logins()).toEqual([]);
  });

  it("leaves no login behind where it is interrupted", async () => {
    using login = await googleLogin(directory);
    await using script = copy(login.file, "sleep 60");
    await readFile(told, "utf8");
    expect(logins()).toHaveLength(1);

    script.kill("SIGINT");

    expect(await script.ended).toEqual({ code: 1, signal: null });
    expect(script.stderr).toEqual(["Stopped by SIGINT."]);
    expect(logins()).toEqual([]);
  });
});
