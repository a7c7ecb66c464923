import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/*
 * .ci/pulumi/install with stand-ins for Go and the CLI: which program it takes. That Go builds it is seen by `.ci/run`.
 */

const VERSION = /^version=(\S+)$/m.exec(readFileSync(".ci/pulumi/install", "utf8"))?.[1] ?? "";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "install-"));
  mkdirSync(join(home, "bin"));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

function install(...args: readonly string[]): string {
  return execFileSync(".ci/pulumi/install", [...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: [join(home, "bin"), "/usr/bin", "/bin"].join(delimiter),
      PULUMI_CLI: join(home, "cli"),
      VERSION,
      TOLD: join(home, "told"),
    },
  }).trim();
}

/** A Go that notes what it is asked for, and makes programs that say a version. */
const GO = `
echo "$*" >> "$TOLD"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho %s\\n' "$VERSION" > "$2"
chmod +x "$2"`;

const told = () => readFileSync(join(home, "told"), "utf8").trim().split("\n");

describe("The installation of the Pulumi CLI", () => {
  it("is of one version, here and in both modules", () => {
    for (const module of [".ci/pulumi", ".ci/pulumi/nodejs"]) {
      expect(readFileSync(join(module, "go.mod"), "utf8")).toContain(
        `github.com/pulumi/pulumi/pkg/v3 ${VERSION} `,
      );
      expect(readFileSync(join(module, "go.sum"), "utf8")).toContain(
        `github.com/pulumi/pulumi/pkg/v3 ${VERSION} h1:`,
      );
    }
  });

  it("takes a CLI of that version from the PATH, where nobody is somebody at Google", () => {
    script(join(home, "bin/pulumi"), `echo ${VERSION}`);

    expect(install()).toBe(join(home, "bin"));
  });

  it("builds the CLI from its Go module where there is none", () => {
    script(join(home, "bin/go"), GO);

    expect(install()).toBe(join(home, "cli"));
    expect(told()).toEqual([
      expect.stringMatching(/ github\.com\/pulumi\/pulumi\/pkg\/v3\/cmd\/pulumi$/),
    ]);
  });

  it("builds the CLI and the host of Node.js for a deployment, whatever is on the PATH", () => {
    script(join(home, "bin/pulumi"), `echo ${VERSION}`);
    script(join(home, "bin/go"), GO);

    expect(install("--deploy")).toBe(join(home, "cli"));
    expect(told()).toEqual([
      expect.stringMatching(
        /^build -C \. -mod=readonly .* github\.com\/pulumi\/pulumi\/pkg\/v3\/cmd\/pulumi$/,
      ),
      expect.stringMatching(/^build -C nodejs -mod=readonly .*\/cmd\/pulumi-language-nodejs\/v3$/),
    ]);
    expect(install("--deploy")).toBe(join(home, "cli"));
    expect(told()).toHaveLength(2);
  });

  it("runs nothing from the net but what Go has checked", () => {
    const text = readFileSync(resolve(".ci/pulumi/install"), "utf8");

    expect(text).not.toMatch(/\b(?:curl|wget)\b|https?:/);
  });
});
