import { never, QUEUE, startTasks } from "./tasksCloud.ts";

const ALL = { stackdriverLoggingConfig: { samplingRatio: 1 } };
const TARGET = {
  targetAddress: "POST https://worker.example/tasks/a",
  targetType: "HTTP",
};

/** What is in the operations log, without what all entries have. */
function activities({ logged }: ReturnType<typeof startTasks>) {
  return logged.map(({ fields }) => {
    const { jsonPayload, severity } = fields();
    const isActivity = ([name]: [string, unknown]) => name !== "@type" && name !== "task";
    return [severity, Object.fromEntries(Object.entries(jsonPayload!).filter(isActivity))];
  });
}

// google-cloud.md 8.3
describe("The operations log of a queue (G 8.3)", () => {
  it("has a task's creation, and the dispatch and the answer of each delivery", async () => {
    const tasks = startTasks({ answer: (_, number) => (number === 1 ? 503 : 200) });
    await tasks.createQueue({ ...ALL, retryConfig: { maxAttempts: 5, minBackoff: "60s" } });

    await tasks.createTask({ name: `${QUEUE}/tasks/one` });
    await tasks.clock.advance(60_000);

    const first = { scheduleTime: "2026-11-24T12:00:00Z", ...TARGET };
    const second = { scheduleTime: "2026-11-24T12:01:00Z", ...TARGET };
    const count = (dispatchCount: string) => ({ dispatchCount, maxAttempts: 5 });
    expect(activities(tasks)).toEqual([
      ["INFO", { taskCreationLog: { ...first, status: "OK" } }],
      ["INFO", { attemptDispatchLog: { ...count("1"), ...first } }],
      [
        "ERROR",
        {
          attemptResponseLog: {
            ...count("1"),
            ...first,
            attemptDuration: "0s",
            responseCount: "1",
            retryTime: "2026-11-24T12:01:00Z",
            status: "UNAVAILABLE",
          },
        },
      ],
      ["INFO", { attemptDispatchLog: { ...count("2"), ...second } }],
      [
        "INFO",
        {
          attemptResponseLog: {
            ...count("2"),
            ...second,
            attemptDuration: "0s",
            responseCount: "2",
            status: "OK",
          },
        },
      ],
    ]);
    expect(tasks.logged[0]!.log).toBe("cloudtasks.googleapis.com/task_operations_log");
    expect(tasks.logged[0]!.fields()).toMatchObject({
      resource: {
        type: "cloud_tasks_queue",
        labels: {
          project_id: "demo",
          location: "europe-west1",
          queue_id: "email",
          target_type: "HTTP",
        },
      },
      jsonPayload: {
        "@type": "type.googleapis.com/google.cloud.tasks.logging.v1.TaskActivityLog",
        task: `${QUEUE}/tasks/one`,
      },
    });
  });

  it.each([
    { what: "nothing answers", answer: () => Promise.reject(new Error("gone")), status: "UNKNOWN" },
    { what: "the deadline passes", answer: never, status: "DEADLINE_EXCEEDED" },
    { what: "the token is refused", answer: () => 403, status: "PERMISSION_DENIED" },
  ])("says $status where $what", async ({ answer, status }) => {
    const tasks = startTasks({ answer });
    await tasks.createQueue({ ...ALL, retryConfig: { maxAttempts: 1 } });

    await tasks.createTask({ dispatchDeadline: "15s" });
    await tasks.clock.advance(15_000);

    expect(activities(tasks).at(-1)).toMatchObject(["ERROR", { attemptResponseLog: { status } }]);
  });

  it("is off unless the queue asks for it, and has the share that it asks for", async () => {
    const draws = [0.1, 0.9];
    let draw = 0;
    const tasks = startTasks({ random: () => draws[draw++ % 2]! });
    const name = (id: string) => ({ name: `${QUEUE}/tasks/${id}` });
    await tasks.createQueue();
    await tasks.createTask(name("a"));
    await tasks.settle();
    expect(tasks.logged).toEqual([]);

    await tasks.call(
      "UpdateQueue",
      QUEUE,
      { stackdriverLoggingConfig: { samplingRatio: 0.5 } },
      { updateMask: "stackdriverLoggingConfig" },
    );
    await tasks.createTask(name("b"));
    await tasks.createTask(name("c"));
    await tasks.settle();

    expect(tasks.logged).toHaveLength(3);
  });
});
