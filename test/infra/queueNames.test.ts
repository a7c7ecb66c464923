import { QueueNames } from "../../infra/queueNames.ts";
import { inputsOf, startDeployment, valueOf } from "../support/pulumi.ts";

describe("QueueNames", () => {
  beforeEach(() => startDeployment());

  const make = (): QueueNames =>
    new QueueNames("queue-names", {
      stack: "dev",
      project: "my-project",
      region: "europe-west1",
      keys: ["email"],
    });

  it("gives each queue a random suffix, and a new one in a new region", async () => {
    make();

    expect(await inputsOf("RandomId", "email")).toEqual({
      byteLength: 4,
      prefix: "dev-email-",
      keepers: { location: "europe-west1" },
    });
  });

  it("knows the short and the full name", async () => {
    const names = make();

    expect(await valueOf(names.short("email"))).toBe("dev-email-ff89ab45");
    expect(await valueOf(names.full("email"))).toBe(
      "projects/my-project/locations/europe-west1/queues/dev-email-ff89ab45",
    );
  });

  it("refuses a queue that it does not name", () => {
    expect(() => make().short("mail")).toThrow(
      new Error("No queue 'mail'. Did you mean 'email'? Known queues: 'email'."),
    );
  });
});
