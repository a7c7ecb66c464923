import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { contract } from "../../fixtures/project/tasks/index.ts";
import { FIXTURE } from "../../support/fixtureProject.ts";

describe("loadContract", () => {
  it("reads what the project in a folder declares", async () => {
    expect(Object.keys((await loadContract(FIXTURE)).tasks)).toEqual(Object.keys(contract.tasks));
  });

  it("names the file that declares nothing", async () => {
    const project = mkdtempSync(join(tmpdir(), "contract-"));
    mkdirSync(join(project, "tasks"));
    writeFileSync(join(project, "tasks/index.ts"), "export const contracts = {};\n");

    await expect(loadContract(project)).rejects.toThrow(
      `'${join(project, "tasks/index.ts")}' exports no 'contract'.`,
    );

    rmSync(project, { recursive: true });
  });
});
