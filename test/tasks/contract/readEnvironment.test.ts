import { fromEnvironment } from "../../../tasks/client/client.ts";
import type { QueueTable } from "../../../tasks/contract/environment.ts";

const EMAIL = "projects/p/locations/l/queues/dev-email-1a2b";
const queues: QueueTable = {
  email: { name: EMAIL, dispatchDeadline: "60s", maxAttempts: 8, maxDeliveries: 100 },
};

/** The table with another value in it. */
function table(change: object): string {
  return JSON.stringify({ email: { ...queues["email"], ...change } });
}

describe("fromEnvironment", () => {
  const TASKS_QUEUES = JSON.stringify(queues);
  const ADVICE = "The client reads them; the stack's output 'clientEnvironment' holds them.";

  it("reads the queues and where the API is", () => {
    expect(
      fromEnvironment({
        TASKS_QUEUES,
        TASKS_ENDPOINT: "http://127.0.0.1:8123",
        GCE_METADATA_HOST: "127.0.0.1:9000",
      }),
    ).toEqual({ queues, endpoint: "http://127.0.0.1:8123", metadataHost: "127.0.0.1:9000" });
  });

  it.each([
    { env: {}, error: `Missing environment variables: 'TASKS_QUEUES'. ${ADVICE}` },
    {
      env: { TASKS_QUEUES: "" },
      error: `Missing environment variables: 'TASKS_QUEUES'. ${ADVICE}`,
    },
    {
      env: { TASKS_ENDPOINT: "https://example.com" },
      error:
        "Missing environment variables: 'TASKS_QUEUES'. 'TASKS_ENDPOINT': 'https://example.com' is sent no credentials; " +
        `only loopback and, over https, hosts under googleapis.com are. ${ADVICE}`,
    },
    {
      env: { TASKS_QUEUES: '{"email":{"name":"email","dispatchDeadline":"1m","maxAttempts":0}}' },
      error:
        "'TASKS_QUEUES.email.name': it must be 'projects/PROJECT/locations/LOCATION/queues/QUEUE'. " +
        "'TASKS_QUEUES.email.dispatchDeadline': '1m' is no duration of more than '3s' and at most '1800s'. " +
        "'TASKS_QUEUES.email.maxAttempts': it must be at least 1. " +
        `'TASKS_QUEUES.email.maxDeliveries': it must be a number. ${ADVICE}`,
    },
    {
      env: { TASKS_QUEUES: "{}" },
      error: `'TASKS_QUEUES': it names no queue. ${ADVICE}`,
    },
    // It would end every task unseen.
    {
      env: { TASKS_QUEUES: table({ maxAttempts: 100, maxDeliveries: 5 }) },
      error: `'TASKS_QUEUES.email.maxDeliveries': 5 is less than 'maxAttempts', 100: tasks would end before they had them. ${ADVICE}`,
    },
    {
      env: { TASKS_QUEUES: table({ maxDeliveries: 2 }) },
      error: `'TASKS_QUEUES.email.maxDeliveries': 2 is less than 'maxAttempts', 8: tasks would end before they had them. ${ADVICE}`,
    },
    {
      env: { TASKS_QUEUES: table({ dispatchDeadline: "3s" }) },
      error: `'TASKS_QUEUES.email.dispatchDeadline': '3s' is no duration of more than '3s' and at most '1800s'. ${ADVICE}`,
    },
    {
      env: { TASKS_QUEUES: table({ dispatchDeadline: "1801s" }) },
      error: `'TASKS_QUEUES.email.dispatchDeadline': '1801s' is no duration of more than '3s' and at most '1800s'. ${ADVICE}`,
    },
    {
      env: { TASKS_QUEUES: JSON.stringify({ email: queues["email"], other: queues["email"] }) },
      error: `'TASKS_QUEUES.other.name': '${EMAIL}' has the id of queue 'email', by which alone a delivery names its queue. ${ADVICE}`,
    },
    {
      env: {
        TASKS_QUEUES: JSON.stringify({
          email: queues["email"],
          other: {
            ...queues["email"],
            name: "projects/p/locations/elsewhere/queues/dev-email-1a2b",
          },
        }),
      },
      error: `'TASKS_QUEUES.other.name': 'projects/p/locations/elsewhere/queues/dev-email-1a2b' has the id of queue 'email', by which alone a delivery names its queue. ${ADVICE}`,
    },
  ])("refuses $env", ({ env, error }) => {
    expect(() => fromEnvironment(env)).toThrow(new Error(error));
  });

  it("passes over what a newer revision knows", () => {
    const { queues: read } = fromEnvironment({ TASKS_QUEUES: table({ worker: "heavy" }) });

    expect(read).toEqual(queues);
  });

  it("says that the queues are not JSON", () => {
    expect(() => fromEnvironment({ TASKS_QUEUES: "email" })).toThrow(
      /^'TASKS_QUEUES': not JSON: Unexpected token/,
    );
  });
});
