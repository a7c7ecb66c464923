import { startTestStack } from "../support/localStack.ts";

/** What a producer is told by a local cloud that starts with nothing. */
async function toldAtStart() {
  await using stack = await startTestStack();
  const { operations, clientEnvironment } = await stack.deploy();
  return { queues: operations.queues, table: clientEnvironment["TASKS_QUEUES"] };
}

describe("The queues of npm start", () => {
  it("have the same names at every start", async () => {
    const first = await toldAtStart();

    expect(await toldAtStart()).toEqual(first);
    expect(first.queues["email"]).toMatch(/\/queues\/local-email-[0-9a-f]{8}$/);
  });
});
