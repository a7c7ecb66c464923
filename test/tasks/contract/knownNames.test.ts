import { alternatives, nearest } from "../../../tasks/contract/knownNames.ts";

describe("nearest", () => {
  it.each([
    { written: "send-mail", names: ["send-digest", "send-email"], meant: "send-email" },
    { written: "emial", names: ["default", "email"], meant: "email" },
    { written: "workerCPU", names: ["workerImage", "workerCpu"], meant: "workerCpu" },
    { written: "EMAIL", names: ["email"], meant: "email" },
    { written: "prd", names: ["dev", "local", "prod"], meant: "prod" },
    { written: "ab", names: ["ba"], meant: "ba" },
    { written: "mails", names: ["mail", "mailer"], meant: "mail" },
  ])("takes '$written' for '$meant'", ({ written, names, meant }) => {
    expect(nearest(written, names)).toBe(meant);
  });

  it.each([
    { written: "send-fax", names: ["send-email"] },
    { written: "a", names: ["b"] },
    { written: "", names: ["dev"] },
    { written: "email", names: [] },
    { written: "x".repeat(100_000), names: ["email"] },
  ])("takes it for nothing that is not near", ({ written, names }) => {
    expect(nearest(written, names)).toBeUndefined();
  });
});

describe("alternatives", () => {
  it("names what was meant and what there is", () => {
    expect(alternatives("emial", "queues", ["email", "default"])).toBe(
      "Did you mean 'email'? Known queues: 'email', 'default'.",
    );
    expect(alternatives("other", "queues", ["email", "default"])).toBe(
      "Known queues: 'email', 'default'.",
    );
  });

  it("says that there is nothing of the kind", () => {
    expect(alternatives("emial", "queues", [])).toBe("There are no queues.");
  });
});
