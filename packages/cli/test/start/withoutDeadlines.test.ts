import { withoutDeadlines } from "../../start/withoutDeadlines.ts";

describe("withoutDeadlines", () => {
  it.each([
    { queues: undefined, changed: { "*": { dispatchDeadline: "1800s" } } },
    {
      queues: '{"*":{"retryConfig":{"minBackoff":"0.1s"}},"email":{"dispatchDeadline":"30s"}}',
      changed: {
        "*": { retryConfig: { minBackoff: "0.1s" }, dispatchDeadline: "1800s" },
        email: { dispatchDeadline: "1800s" },
      },
    },
  ])("gives every queue all the time there is, over $queues", ({ queues, changed }) => {
    const settings = withoutDeadlines(queues === undefined ? {} : { queues });

    expect(settings["workerTimeout"]).toBe("3600s");
    expect(JSON.parse(settings["queues"]!)).toEqual(changed);
  });

  it.each(["[1]", '{"email":5}', "text"])("leaves to the program what is wrong: %s", (queues) => {
    expect(withoutDeadlines({ queues })).toEqual({});
  });
});
