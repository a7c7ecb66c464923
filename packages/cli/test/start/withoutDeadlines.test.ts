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

    expect(settings["workers"]).toBe('{"*":{"timeout":"3600s"}}');
    expect(JSON.parse(settings["queues"]!)).toEqual(changed);
  });

  it("gives a worker that has a timeout of its own as much", () => {
    const workers = '{"reports":{"timeout":"60s","memory":"1Gi"}}';

    expect(JSON.parse(withoutDeadlines({ workers })["workers"]!)).toEqual({
      "*": { timeout: "3600s" },
      reports: { timeout: "3600s", memory: "1Gi" },
    });
  });

  it.each(["[1]", '{"email":5}', "text"])("leaves to the program what is wrong: %s", (group) => {
    expect(withoutDeadlines({ queues: group, workers: group })).toEqual({});
  });
});
