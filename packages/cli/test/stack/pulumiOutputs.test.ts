import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiOutputs } from "../../stack/pulumiOutputs.ts";

const before = { directory: process.cwd(), path: process.env["PATH"] };
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "pulumi-outputs-"));
  process.chdir(project);
  process.env["PATH"] = `${project}:${before.path ?? ""}`;
});
afterEach(() => {
  process.chdir(before.directory);
  process.env["PATH"] = before.path;
  rmSync(project, { recursive: true });
});

/** Puts a Pulumi CLI on the PATH that runs this. */
function cli(script: string): void {
  const file = join(project, "pulumi");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** Has the CLI fail with these lines. Returns what is said of that. */
async function failedWith(lines: readonly string[], local = false): Promise<string[]> {
  cli(`cat >&2 <<'END'\n${lines.join("\n")}\nEND\nexit 255`);
  let message = "It did not fail.";
  try {
    await pulumiOutputs("prod", local);
  } catch (error) {
    ({ message } = error as Error);
  }
  return message.split("\n");
}

const CANNOT = "Cannot read the outputs of stack 'prod' with the Pulumi CLI:";

describe("The outputs of a stack", () => {
  it("are what the Pulumi CLI prints", async () => {
    cli(`printf '{"args":"%s"}' "$*"`);

    expect(await pulumiOutputs("prod", false)).toEqual({
      args: "stack output --json --stack prod",
    });
  });
});

describe("Outputs that the Pulumi CLI does not read", () => {
  it.each([
    [
      "nobody is logged in",
      "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      /^Nobody is logged in to the backend that keeps the state\. Run 'pulumi login <backend>'/,
    ],
    [
      "Google wants a login",
      "missing google credentials: google: could not find default credentials.",
      /'gcloud auth application-default login'\.$/,
    ],
    [
      "no passphrase is given",
      "getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
      /^The secrets of stack 'prod' are encrypted with a passphrase, and none is given\./,
    ],
    [
      "the backend has no such stack",
      "no stack named 'prod' found",
      /^'pulumi stack ls --all' shows those .* If it was not deployed yet: npm run up -- --stack prod$/,
    ],
  ])("are told of with what to do, where %s", async (_, reason, advice) => {
    expect(await failedWith([`error: ${reason}`])).toEqual([
      `${CANNOT} ${reason}`,
      expect.stringMatching(advice),
    ]);
  });

  it("are told of by the errors alone, each once", async () => {
    const reason =
      'performing HTTP request: Get "https://127.0.0.1:1/api/user": connection refused';

    expect(
      await failedWith([
        "Logging in using an access token",
        `error: ${reason}`,
        `error: ${reason}`,
      ]),
    ).toEqual([
      `${CANNOT} ${reason}`,
      expect.stringMatching(/^An address that is needed cannot be reached\./),
    ]);
  });

  it("are told of in the CLI's own words, where nothing is known of them", async () => {
    expect(await failedWith(["error: it is", "  odd"])).toEqual([`${CANNOT} it is`, "  odd"]);
    expect(await failedWith(["odd"])).toEqual([
      `${CANNOT} Command failed: pulumi stack output --json --stack prod`,
      "odd",
    ]);
  });

  it("may be those of a stack that was made with --local", async () => {
    mkdirSync(".pulumi-local");

    expect((await failedWith(["error: no stack named 'prod' found"])).at(-1)).toBe(
      "A stack that 'npm run up -- --local' made is named with --local, too.",
    );
    expect(await failedWith(["error: no stack named 'prod' found"], true)).toEqual([
      "There is no stack 'prod' on the local cloud. Make it: npm run up -- --stack prod --local",
    ]);
  });
});
