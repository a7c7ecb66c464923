import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepDeployToken } from "@background-tasks/cloud/control/deployToken.ts";
import { freshToken, localConsoleLink, localTaskLink } from "../../console/token.ts";

const ENDPOINT = "http://127.0.0.1:8123";

let home: string;
let before: string | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "console-token-"));
  before = process.env["XDG_STATE_HOME"];
  process.env["XDG_STATE_HOME"] = home;
});
afterEach(() => {
  if (before === undefined) delete process.env["XDG_STATE_HOME"];
  else process.env["XDG_STATE_HOME"] = before;
  rmSync(home, { recursive: true });
});

describe("The console's link", () => {
  it("has a token of 256 bits, in the fragment", () => {
    const token = freshToken();

    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(freshToken()).not.toBe(token);
    const link = new URL(localConsoleLink({ endpoint: ENDPOINT, deployToken: "secret" }));
    expect(link.href.slice(0, -44)).toBe(`${ENDPOINT}/`);
    expect(link.hash).toMatch(/^#[\w-]{43}$/);
  });

  it("does not tell the token by which code is deployed", () => {
    const deployToken = freshToken();

    expect(localConsoleLink({ endpoint: ENDPOINT, deployToken })).not.toContain(deployToken);
  });

  it("to a task is the same from another command of this user, while 'npm start' runs", () => {
    const forget = keepDeployToken(8123, "secret");
    const link = localConsoleLink({ endpoint: ENDPOINT, deployToken: "secret" }, "task/f1ba");

    expect(localTaskLink(ENDPOINT, "f1ba")).toBe(link);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8123\/#[\w-]{43}\/task\/f1ba$/);
    forget();
    expect(localTaskLink(ENDPOINT, "f1ba")).toBeUndefined();
  });
});
