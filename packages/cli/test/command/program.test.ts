import { runProgram } from "../../command/program.ts";

describe("A program that a command runs", () => {
  it("fails with the errors that it wrote, wherever it wrote them", async () => {
    const script = `
      console.log("Destroying (pr-9)");
      console.log("    error: Queue 'email' cannot be deleted\\n    because it is protected");
      console.log("    error: Queue 'email' cannot be deleted\\n    because it is protected\\n");
      console.log("Resources:");
      console.error("error: destroy failed");
      process.exit(1);`;

    await expect(runProgram(process.execPath, ["-e", script])).rejects.toThrow(
      /\nerror: destroy failed\nerror: Queue 'email' cannot be deleted\n +because it is protected$/,
    );
  });

  it("is missed where it is not there", async () => {
    await expect(runProgram("no-such-program", [])).rejects.toThrow(
      "'no-such-program' is not on the PATH.",
    );
  });
});
