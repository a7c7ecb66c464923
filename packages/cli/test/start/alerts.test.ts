import { startTestStack, type TestStack } from "../support/localStack.ts";

let stack: TestStack;
afterEach(() => stack[Symbol.asyncDispose]());

it("tells of a dead letter as the stack's own alert does, and what is not judged", async () => {
  stack = await startTestStack(() => ({ code: 550, message: "There is nobody of that name." }));
  const outputs = await stack.deploy();
  const { name } = await stack
    .client(outputs)
    .enqueue("send-email", { to: "you@example.com", subject: "Hello", text: "It works." });
  await stack.event("deliveryFinished", ({ task }) => task === name);

  const opened = await stack.event("alertOpened");

  expect(opened).toMatchObject({
    displayName: "local: Tasks become dead letters",
    severity: "WARNING",
    labels: { task: "send-email", queue: "email" },
  });
  const answer = await fetch(`${stack.local.cloud.endpoint}/local/v1/alerts`);
  const { open, notJudged } = (await answer.json()) as {
    open: { displayName: string; documentation: { content: string } }[];
    notJudged: { displayName: string }[];
  };
  expect(open.map(({ displayName }) => displayName)).toEqual([opened.displayName]);
  expect(open[0]!.documentation.content).toContain(
    "`npm run tasks -- dead-letters --stack local` shows what they died of.",
  );
  expect(notJudged.map(({ displayName }) => displayName).sort()).toEqual([
    "local: A backlog grows",
    "local: A schedule did not run",
    "local: All instances are in use",
    "local: Deliveries are refused before the worker",
    "local: Many tasks become dead letters",
    "local: Tasks become dead letters, slowly",
    "local: The worker does not answer",
    "local: Work stands still",
  ]);
});

it("is deployed to an empty project at once, though its metrics are found ten minutes later", async () => {
  stack = await startTestStack();
  stack.local.cloud.faults.add({ on: "metric", delay: "600s" });

  const { operations } = await stack.deploy();

  expect(Object.keys(operations.alerts ?? {})).toHaveLength(14);
  const metric = "logging.googleapis.com/user/local-ended";
  await expect(
    stack.api.post("/v3/projects/local-project/alertPolicies", {
      displayName: "a threshold of it",
      combiner: "OR",
      conditions: [{ conditionThreshold: { filter: `metric.type="${metric}"` } }],
    }),
  ).rejects.toThrow(`Cannot find metric that matches type = "${metric}".`);
});
