import { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeptMap } from "@background-tasks/cloud/data/store.ts";
import { Stack } from "../../start/stack.ts";

/** The process of an apply that is under way until it is killed. */
class FakeChild extends ChildProcess {
  override send = () => true;
  override kill = () => this.emit("close", null, "SIGKILL");
}

let directory: string;
let child: FakeChild;
let stack: Stack;
let writeStackFile: (text: string) => void;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "applied-"));
  const projectFile = join(directory, "Pulumi.yaml");
  const stackFile = join(directory, "Pulumi.local.yaml");
  writeStackFile = (text) => {
    writeFileSync(stackFile, text);
  };
  writeFileSync(projectFile, "name: app\n");
  writeStackFile("config: {}\n");
  child = new FakeChild();
  stack = new Stack({
    directory,
    projectFile,
    stackFile,
    stack: "local",
    endpoint: "http://127.0.0.1:1",
    deployToken: "token",
    services: { mail: "smtp://127.0.0.1:1" },
    overrides: () => ({}),
    state: new KeptMap(),
    onChange: () => undefined,
    onOutput: () => undefined,
    firstChild: child,
  });
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What an apply answers whose process is killed. */
const KILLED = "The process that applies the program ended early (SIGKILL).";

describe("The stack 'local'", () => {
  it("is applied once more for all who ask while it is applied, by the files as they are then", async () => {
    const first = stack.apply();
    await new Promise(setImmediate);
    const others = [stack.apply(), stack.apply(), stack.apply()];
    writeStackFile("config: [\n");
    child.kill();

    expect(await first).toBe(KILLED);
    expect(new Set(others).size).toBe(1);
    expect(await others[0]).toContain(`'${join(directory, "Pulumi.local.yaml")}' cannot be read: `);
  });

  it("breaks off the apply that is under way, and begins none that waits, when it stops", async () => {
    const first = stack.apply();
    await new Promise(setImmediate);
    const waiting = stack.apply();
    child.kill = () => false;
    let hasStopped = false;
    const stopping = stack.stop().then(() => (hasStopped = true));
    await new Promise(setImmediate);
    expect(hasStopped).toBe(false);

    child.emit("close", null, "SIGKILL");
    await stopping;

    expect(await Promise.all([first, waiting, stack.apply()])).toEqual([
      KILLED,
      "The local cloud is stopping.",
      "The local cloud is stopping.",
    ]);
  });
});
