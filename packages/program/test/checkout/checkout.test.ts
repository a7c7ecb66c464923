import { realpathSync } from "node:fs";
import { join } from "node:path";
import { teamRepository } from "../../../../test/support/teamRepository.ts";
import { checkOutMergeBase } from "../../checkout/checkout.ts";

describe("A checkout to compare with", () => {
  it("has the packages of its own commit, and the others that are installed", async () => {
    using repository = teamRepository({ "packages/google/cron.ts": "export const at = 1;\n" });
    repository.write({ "packages/google/cron.ts": "export const at = 2;\n" });
    repository.commit();

    await using checkout = await checkOutMergeBase("main", repository.directory);

    const real = (...path: string[]): string => realpathSync(join(checkout.directory, ...path));
    expect(real("node_modules/@background-tasks/google")).toBe(real("packages/google"));
    expect(real("node_modules/zod")).toBe(realpathSync("node_modules/zod"));
  });
});
