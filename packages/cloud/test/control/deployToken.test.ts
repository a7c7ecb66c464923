import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployTokenOf, keepDeployToken } from "../../control/deployToken.ts";

let home: string;
const { XDG_STATE_HOME: stateHome } = process.env;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "state-"));
  process.env["XDG_STATE_HOME"] = home;
});

afterEach(() => {
  delete process.env["LOCAL_CLOUD_TOKEN"];
  if (stateHome === undefined) delete process.env["XDG_STATE_HOME"];
  else process.env["XDG_STATE_HOME"] = stateHome;
  rmSync(home, { recursive: true });
});

describe("A deploy token", () => {
  it("is found by other commands of the user, by the port, until it is forgotten", () => {
    const forget = keepDeployToken(8123, "secret");

    expect(deployTokenOf("http://127.0.0.1:8123")).toBe("secret");
    expect(deployTokenOf("http://127.0.0.1:8124")).toBeUndefined();
    forget();
    expect(deployTokenOf("http://127.0.0.1:8123")).toBeUndefined();
  });

  it("can be read by its owner alone, whatever was there before", () => {
    keepDeployToken(8123, "old")();
    const folder = join(home, "background-tasks");
    const file = join(folder, "8123.token");
    const elsewhere = join(home, "elsewhere");
    writeFileSync(elsewhere, "", { mode: 0o644 });
    symlinkSync(elsewhere, file);

    keepDeployToken(8123, "secret");

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(elsewhere).size).toBe(0);
    expect(readdirSync(folder)).toEqual(["8123.token"]);
  });

  it("is the one of the environment, where it is there", () => {
    keepDeployToken(8123, "secret");
    process.env["LOCAL_CLOUD_TOKEN"] = "given";

    expect(deployTokenOf("http://127.0.0.1:8123")).toBe("given");
  });
});
