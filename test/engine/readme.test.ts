import { queuesOf } from "./cloudState.ts";
import { asRunHere, commandsIn } from "./documents.ts";
import { ALL_RESOURCES, describeEngine, summary, type Ran } from "./engineUnderTest.ts";
import { startTerminal, type Terminal } from "./terminal.ts";

const DEPLOY = [
  ...commandsIn("README.md", "Deploy it"),
  ...commandsIn("docs/deploy.md", "See that it works"),
  ...commandsIn("docs/deploy.md", "Settings"),
];
const CLEAN_UP = commandsIn("docs/deploy.md", "Clean up");

const NOT_RUN: Readonly<Record<string, string>> = {
  "gcloud auth application-default login": "asks for a person in a browser",
  "gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com --project my-project":
    "changes a real project",
  "npm ci": "the packages of this folder are linked",
};

/** What each of the other commands does, beside ending well. */
const DOES: Readonly<Record<string, (ran: Ran, terminal: Terminal) => unknown>> = {
  "pulumi login": ({ output }) => {
    expect(output).toMatch(/^Logged in to /);
  },
  "pulumi stack init dev": ({ output }) => {
    expect(output).toContain("Created stack 'dev'");
  },
  "pulumi config set gcp:project my-project": says(""),
  "pulumi config set --path settings.mailFrom tasks@my-domain.example": says(""),
  "pulumi config set --secret --path settings.smtpUrl": says(""),
  "npm run preview -- --stack dev": sums({ create: ALL_RESOURCES }),
  "npm run up -- --stack dev": sums({ created: ALL_RESOURCES }),
  "npm run smoke -- --stack dev": ({ output }) => {
    expect(output).toMatch(/│ email +│ arrived in /);
    expect(output).toMatch(/│ default +│ arrived in /);
  },
  [`npm run enqueue -- send-email '{"to":"you@my-domain.example","subject":"Hello","text":"It works."}' --stack dev`]:
    async (_ran, { mail }) => {
      expect(await mail).toMatchObject({
        to: ["you@my-domain.example"],
        subject: "Hello",
        text: expect.stringContaining("It works."),
      });
    },
  "pulumi config set --path queues.email.retryConfig.maxAttempts 12": says(""),
  "npm run destroy -- --stack dev": async (ran, { cloud }) => {
    expect(summary(ran)).toEqual({ deleted: ALL_RESOURCES });
    expect(await queuesOf(cloud.endpoint, "dev")).toEqual({});
  },
};

describe("The documents' commands to deploy and to clean up", () => {
  it("are all run by the tests below, or are named as not run", () => {
    const known = [...Object.keys(NOT_RUN), ...Object.keys(DOES)];

    expect([...new Set([...DEPLOY, ...CLEAN_UP])].sort()).toEqual(known.sort());
  });
});

describeEngine("The documents' commands in a terminal", () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = await startTerminal();
  });
  afterAll(() => terminal.stop());

  const run = (command: string) =>
    terminal.succeed(asRunHere(command), { input: terminal.smtpUrl });
  const queues = () => queuesOf(terminal.cloud.endpoint, "dev");

  describe("to deploy", () => {
    it.each(DEPLOY.filter((command) => !(command in NOT_RUN)))("%s", async (command) => {
      const ran = await run(command);

      expect(ran.code).toBe(0);
      await DOES[command]!(ran, terminal);
    });
  });

  it("give a queue of a running stack a new retry setting in place", async () => {
    terminal.trustTypes();
    const { email } = await queues();
    await run("pulumi config set --path queues.email.retryConfig.maxBackoff 700s");

    const ran = await run("npm run up -- --stack dev");

    // The queue, and the worker, which is told the attempts and the deliveries.
    expect(summary(ran)).toEqual({ updated: 2, unchanged: ALL_RESOURCES - 2 });
    const changed = (await queues())["email"];
    expect(changed.name).toBe(email.name);
    expect([email, changed].map(({ retryConfig }) => retryConfig.maxBackoff)).toEqual([
      "600s",
      "700s",
    ]);
  });

  it.each([
    "npm run up -- --stack dev",
    "npm run refresh -- --stack dev",
    "npm run preview -- --stack dev --refresh",
  ])("find nothing to do in a stack that is as the program says: %s", async (command) => {
    expect(summary(await run(command))).toEqual({ unchanged: ALL_RESOURCES });
  });

  describe("to clean up", () => {
    it.each(CLEAN_UP)("%s", async (command) => {
      const ran = await run(command);

      expect(ran.code).toBe(0);
      await DOES[command]!(ran, terminal);
    });
  });

  it("make the stack anew after that", async () => {
    expect(summary(await run("npm run up -- --stack dev"))).toEqual({ created: ALL_RESOURCES });
    expect(Object.keys(await queues()).sort()).toEqual(["dead-letter", "default", "email"]);
  });
});

describeEngine("A preview under Pulumi's own runner", () => {
  let terminal: Terminal;
  const preview = () => terminal.run("npm run --silent preview -- --stack dev");

  beforeAll(async () => {
    terminal = await startTerminal();
    terminal.trustTypes();
    await terminal.succeed("pulumi stack init dev");
  });
  afterAll(() => terminal.stop());

  it("says what is missing in the configuration, and nothing of the program's inside", async () => {
    const { code, output } = await preview();

    expect(code).toBe(1);
    expect(output).toContain("error: The configuration of stack 'dev' has 3 problems.");
    expect(output).not.toMatch(/unhandled|non-zero|    at /);
    expect(output.split("\nDiagnostics:\n")[1]!.match(/ error: /g)).toHaveLength(1);
    expect(output).toMatch(/\n {4}1 errored\n\n$/);
  });

  it("finds no program that package.json does not export", async () => {
    terminal.edit("package.json", ['".": "./infra/index.ts"', '"./program": "./infra/index.ts"']);

    const { code, output } = await preview();

    expect(code).toBe(1);
    expect(output).toContain(`Error: No entrypoint found in ${terminal.directory}`);
  });
});

function says(output: string) {
  return (ran: Ran): void => {
    expect(ran.output).toBe(output);
  };
}

function sums(changes: Readonly<Record<string, number>>) {
  return (ran: Ran): void => {
    expect(summary(ran)).toEqual(changes);
  };
}
