import { deliveriesOf, maxDeliveries } from "../../../infra/config/maxDeliveries.ts";

const HOUR = 3_600_000;

describe("maxDeliveries", () => {
  it.each([
    // No outage to last through: the budget and five.
    { budget: 8, min: 10, max: 300, doublings: 3, windowMs: 0, deliveries: 13 },
    // 10, 20, 40, 80 s and 160 s make 310 s: five waits, six deliveries.
    { budget: 1, min: 10, max: 300, doublings: 3, windowMs: 310_000, deliveries: 6 },
    { budget: 1, min: 10, max: 300, doublings: 3, windowMs: 310_001, deliveries: 7 },
    // 10, 20, 40, 80, 160, 240, 300, 300 …: 550 s in six waits, then 300 s each.
    { budget: 1, min: 10, max: 300, doublings: 3, windowMs: 550_000, deliveries: 7 },
    { budget: 1, min: 10, max: 300, doublings: 3, windowMs: 850_000, deliveries: 8 },
    // The queues as they are declared, for a day.
    { budget: 8, min: 5, max: 600, doublings: 5, windowMs: 24 * HOUR, deliveries: 152 },
    { budget: 10, min: 10, max: 900, doublings: 6, windowMs: 24 * HOUR, deliveries: 103 },
    // A constant wait of a second: a wait less than deliveries.
    { budget: 1, min: 1, max: 1, doublings: 0, windowMs: 999_000, deliveries: 1000 },
  ])(
    "is $deliveries for $budget attempts, $min s to $max s in $doublings doublings and $windowMs ms",
    ({ budget, min, max, doublings, windowMs, deliveries }) => {
      const backoff = {
        minBackoffMs: min * 1000,
        maxBackoffMs: max * 1000,
        maxDoublings: doublings,
      };

      expect(maxDeliveries(budget, backoff, windowMs)).toBe(deliveries);
    },
  );

  it("is undefined where it would be more than a thousand", () => {
    const second = { minBackoffMs: 1000, maxBackoffMs: 1000, maxDoublings: 0 };

    expect(maxDeliveries(1, second, 999_001)).toBeUndefined();
    expect(maxDeliveries(996, second, 0)).toBeUndefined();
    expect(maxDeliveries(995, second, 0)).toBe(1000);
  });
});

describe("deliveriesOf", () => {
  it("tells of too many, naming back-off and window", () => {
    const problems: string[] = [];

    deliveriesOf(
      "tasks/queues.ts: queue 'email': 'retryConfig'",
      { maxAttempts: 8, minBackoff: "0.1s", maxBackoff: "1s", maxDoublings: 3 },
      "86400s",
      problems,
    );

    expect(problems).toEqual([
      "tasks/queues.ts: queue 'email': 'retryConfig' backs off from '0.1s' to '1s' in 3 doublings, so that " +
        "to last through 'outageWindow', '86400s', takes more than 1000 deliveries; a task that crashes the worker would " +
        "repeat that often. Raise 'maxBackoff' or 'maxDoublings', or lower 'outageWindow'.",
    ]);
  });
});
