import { ProjectCopy } from "../support/projectCopy.ts";
import { startTestStack } from "../support/localStack.ts";
import { RunningScript } from "../support/runningScript.ts";

it("has only the requests that failed in its log, and a task's whole life all the same", async () => {
  using project = new ProjectCopy();
  project.edit("Pulumi.local.yaml", "config:", "config:\n  requestLogs: failures");
  await using stack = await startTestStack(
    (_address, attempt) => (attempt === 1 ? { code: 451, message: "Try again." } : undefined),
    project.directory,
  );
  const { name } = await stack
    .client(await stack.deploy())
    .enqueue("send-email", { to: "you@example.com", subject: "Hello", text: "It works." });
  await stack.event("deliveryFinished", ({ task, status }) => task === name && status === 204);
  await stack.event("containerLog", ({ line }) => line.includes('"outcome":"done"'));

  const { entries } = (await stack.api.post("/v2/entries:list", {
    resourceNames: ["projects/local-project"],
    filter: 'log_id("run.googleapis.com/requests")',
  })) as { entries: { httpRequest: { status: number } }[] };
  expect(entries.map(({ httpRequest }) => httpRequest.status)).toEqual([422]);
  const { port } = new URL(stack.local.cloud.endpoint);
  await using show = new RunningScript(
    "packages/cli/main.ts",
    ["show", name.slice(name.lastIndexOf("/") + 1), "--port", port],
    { cwd: project.directory, env: project.env },
  );
  expect(await show.ended).toMatchObject({ code: 0 });
  expect(show.stdout.flatMap((line) => /attempt \d+ +\d+/.exec(line) ?? [])).toEqual([
    "attempt 1   422",
    "attempt 2   204",
  ]);
});
