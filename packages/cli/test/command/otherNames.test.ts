import { OTHER_NAMES } from "../../../../test/support/otherNames.ts";
import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { RunningScript } from "../support/runningScript.ts";

// The commands, on a stack whose program gives everything other names, and a prefix.

const ignore = () => undefined;
const LOCATION = "projects/local-project/locations/europe-west1";

let project: ProjectCopy;
let local: LocalStack;

beforeAll(async () => {
  project = new ProjectCopy();
  for (const [from, to] of OTHER_NAMES) project.edit("infra/config/names.ts", from, to);
  project.edit("Pulumi.local.yaml", "config:", "config:\n  namePrefix: acme-");
  local = await startLocalStack({
    directory: project.directory,
    ...{ port: 0, insidePort: 0, smtpPort: 0 },
    ...{ allowHost: [], inspect: false },
    ...{ onChange: ignore, onOutput: ignore, onMail: ignore },
  });
  const problem = await local.stack.apply();
  if (problem !== undefined) throw new Error(problem);
});

afterAll(async () => {
  await local.stop();
  project[Symbol.dispose]();
});

async function run(command: string, ...args: readonly string[]): Promise<string> {
  const { port } = new URL(local.cloud.endpoint);
  await using script = new RunningScript(
    "packages/cli/main.ts",
    [command, ...args, "--port", port],
    { cwd: project.directory, env: project.env },
  );
  expect(await script.ended).toEqual({ code: 0, signal: null });
  return script.stdout.join("\n");
}

describe("A stack with names of its own", () => {
  it("tells them", () => {
    expect(local.stack.operations).toEqual({
      stack: "local",
      project: "local-project",
      region: "europe-west1",
      protect: false,
      queues: {
        email: expect.stringMatching(RegExp(`^${LOCATION}/queues/q-acme-local-email-[0-9a-f]{8}$`)),
        default: expect.stringMatching(
          RegExp(`^${LOCATION}/queues/q-acme-local-default-[0-9a-f]{8}$`),
        ),
        "dead-letter": expect.stringMatching(
          RegExp(`^${LOCATION}/queues/q-acme-local-dead-letter-[0-9a-f]{8}$`),
        ),
      },
      schedules: { "daily-digest": `${LOCATION}/jobs/daily-digest-of-acme-local` },
      // Monitoring names them, whatever the program calls them.
      alerts: expect.objectContaining({
        "dead-letter": expect.stringMatching(/^projects\/local-project\/alertPolicies\/[\w-]+$/),
      }),
      logMetrics: Object.fromEntries(
        ["dead-letters", "deliveries", "ended", "pauses", "pings", "runs"].map((key) => [
          key,
          `logging.googleapis.com/user/acme-local-${key}`,
        ]),
      ),
      queueSettings: { email: expect.any(Object), default: expect.any(Object) },
      workers: [
        {
          name: "worker",
          service: `${LOCATION}/services/acme-local-runner`,
          url: expect.stringMatching(/^https:\/\/acme-local-runner-\w+-ew\.a\.run\.app$/),
          invoker: "acme-local-caller@local-project.iam.gserviceaccount.com",
          queues: ["email", "default"],
        },
      ],
      imageRepository: "europe-west1-docker.pkg.dev/local-project/acme-local-pictures/worker",
    });
  });

  it("is pinged by the command that does", async () => {
    const pings: unknown = JSON.parse(await run("smoke", "--json"));

    expect(pings).toMatchObject([
      { queue: "email", hasArrived: true },
      { queue: "default", hasArrived: true },
    ]);
  });

  it("is enqueued on by the command that does", async () => {
    const mail = '{"to":"you@example.com","subject":"Hello","text":"It works."}';

    const { email = "" } = local.stack.operations!.queues;
    expect(await run("enqueue", "send-email", mail)).toMatch(
      RegExp(`^Enqueued ${email}/tasks/[\\w-]+$`),
    );
  });

  it("is shown by the commands that operate it", async () => {
    const lines = (await run("queues", "--json")).split("\n").map((line) => JSON.parse(line));

    expect(lines).toMatchObject(
      Object.entries(local.stack.operations!.queues).map(([key, name]) => ({ key, name })),
    );
    expect(await run("dead-letters", "--quiet")).toBe("");
    expect(JSON.parse(await run("status", "--json"))).toMatchObject({
      stack: "local",
      schedules: [{ key: "daily-digest", state: "ENABLED" }],
      workers: [{ service: "acme-local-runner", isReady: true }],
      problems: [],
    });
    expect(await run("pause", "email")).toBe("email: paused");
    expect(await run("resume", "--all")).toBe("email: resumed\ndefault: was not paused");
  });
});
