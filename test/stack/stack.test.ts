import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { evaluate } from "../../policy/evaluate.ts";
import { readPolicyConfig } from "../../policy/policyConfig.ts";
import { contract } from "../../tasks/index.ts";
import { handlers } from "../../worker/handlers/index.ts";

/*
 * What holds for this stack whatever it does: it is green after every sensible change of `tasks/`, the
 * handlers and the settings, and red after a wrong one. Tests of your own go beside this one.
 */

describe("the stack", () => {
  it("has a handler for each task, and none for another", () => {
    const written = Object.entries(handlers).filter(([, handler]) => typeof handler === "function");

    expect(written.map(([task]) => task).sort()).toEqual(Object.keys(contract.tasks).sort());
  });

  describe("in each of its environments", () => {
    /** What the program asks Google for, by the file of its settings. */
    let replies: Awaited<ReturnType<typeof registeredResources>>;

    beforeAll(async () => {
      replies = await registeredResources(".", readStackFiles("."));
    });

    it("is configured as its queues, tasks, schedules and settings require", () => {
      expect(replies.flatMap((reply) => ("error" in reply ? [reply.error] : []))).toEqual([]);
    });

    it("has names in Google Cloud that no other has", () => {
      const named = readStackFiles(".").map(({ stack, project, config }) => {
        const prefix = config[`${project}:namePrefix`] ?? "";
        return `${prefix}${stack} of ${config["gcp:project"] ?? "a project not named"}`;
      });

      expect(named).toEqual([...new Set(named)]);
    });

    it("keeps the policy", () => {
      const broken = replies.flatMap((reply) =>
        "error" in reply
          ? []
          : evaluate(reply.resources, readPolicyConfig(".", reply.stack)).map(
              ({ rule, message }) => `${reply.stack}: ${rule}: ${message}`,
            ),
      );

      expect(broken).toEqual([]);
    });
  });
});
