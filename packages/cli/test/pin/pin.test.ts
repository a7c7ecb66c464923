import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { missingPins } from "../../pin/missingPins.ts";
import { pin, type Pinning } from "../../pin/pin.ts";
import { pluginPins, PLUGINS_FILE } from "../../pin/pluginPins.ts";
import { RunningScript } from "../support/runningScript.ts";

const SHA256 = "0a".repeat(32);
const COMMIT = "1".repeat(40);
const IMAGE = "gcr.io/base/node:24";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pin-"));
  const files: Readonly<Record<string, string>> = {
    "package.json": JSON.stringify({
      dependencies: {
        "@pulumi/pulumi": "3.0.0",
        "@pulumi/gcp": "9.1.0",
        "@pulumi/policy": "1.0.0",
      },
    }),
    [PLUGINS_FILE]: JSON.stringify({
      gcp: { version: "9.0.0", sha256: { "linux-amd64": "ff".repeat(32) } },
    }),
    "Pulumi.yaml": `name: app\nconfig:\n  baseImage:\n    type: string\n    default: ${IMAGE}\n`,
    "Pulumi.local.yaml": "config:\n  app:protect: false\n",
    "Pulumi.prod.yaml": "config:\n  gcp:region: us-east1\n",
    ".github/workflows/test.yml": "steps:\n  - uses: octo/build@v1.2.3\n",
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const textOf = (file: string) => readFileSync(join(directory, file), "utf8");

/** The net as it is today. */
function net(): Pinning & { readonly downloaded: string[] } {
  const downloaded: string[] = [];
  return {
    directory,
    downloaded,
    send: (url) =>
      Promise.resolve(
        new Request(url).url === "https://api.github.com/repos/octo/build/commits/v1.2.3"
          ? Response.json({ sha: COMMIT })
          : new Response(null, { headers: { "docker-content-digest": `sha256:${SHA256}` } }),
      ),
    digestOf: (url) => {
      downloaded.push(url);
      return Promise.resolve(SHA256);
    },
    read: (file) => readFileSync(file, "utf8"),
    write: writeFileSync,
    token: undefined,
  };
}

describe("What a deployment takes from the net", () => {
  it("is missed where it has no digest: of plugins of this very version, actions and what stacks build on", () => {
    expect(missingPins(directory)).toEqual([
      "Plugin 'gcp' 9.1.0 has no digest in .ci/pulumi/plugins.json.",
      ".github/workflows/test.yml names action 'octo/build@v1.2.3' by no commit.",
      `Pulumi.prod.yaml: 'baseImage' is '${IMAGE}', by tag and no digest.`,
    ]);
  });

  it("is named by digest or commit once it is pinned, and nothing else is changed", async () => {
    const { downloaded, ...pinning } = net();

    expect(await pin(pinning)).toEqual({
      written: [".github/workflows/test.yml", "Pulumi.prod.yaml", PLUGINS_FILE],
      moved: [],
    });
    expect(missingPins(directory)).toEqual([]);
    expect(textOf(".github/workflows/test.yml")).toBe(
      `steps:\n  - uses: octo/build@${COMMIT} # v1.2.3\n`,
    );
    expect(textOf("Pulumi.prod.yaml")).toContain(`\n  app:baseImage: ${IMAGE}@sha256:${SHA256}\n`);
    expect(downloaded).toEqual([
      "https://get.pulumi.com/releases/plugins/pulumi-resource-gcp-v9.1.0-linux-amd64.tar.gz",
      "https://get.pulumi.com/releases/plugins/pulumi-resource-gcp-v9.1.0-linux-arm64.tar.gz",
    ]);
  });

  it("is not downloaded again where its digest is known", async () => {
    await pin(net());
    const { downloaded, ...again } = net();

    expect(await pin(again)).toEqual({ written: [], moved: [] });
    expect(downloaded).toEqual([]);
  });
});

describe("npm run tasks -- pin --check, with which prod's jobs begin", () => {
  const check = () =>
    new RunningScript("packages/cli/main.ts", ["pin", "--check"], { cwd: directory });

  it("ends with 1 where something has no digest, and says what and which command gives it one", async () => {
    await using script = check();

    expect(await script.ended).toEqual({ code: 1, signal: null });
    expect(script.stderr).toEqual([
      "Plugin 'gcp' 9.1.0 has no digest in .ci/pulumi/plugins.json.",
      ".github/workflows/test.yml names action 'octo/build@v1.2.3' by no commit.",
      `Pulumi.prod.yaml: 'baseImage' is '${IMAGE}', by tag and no digest.`,
      "Run 'npm run tasks -- pin', look at what it writes, and commit it: only a digest names the same bytes tomorrow.",
    ]);
    expect(script.stdout).toEqual([]);
  });

  it("lets what is pinned pass", async () => {
    await pin(net());
    await using script = check();

    expect(await script.ended).toEqual({ code: 0, signal: null });
    expect(script.stdout).toEqual([
      "All that a deployment takes from the net is named by digest or commit.",
    ]);
  });
});

describe("The plugins of this project", () => {
  it("have digests of the versions in package.json, or none; else run 'npm run tasks -- pin'", () => {
    const file = JSON.parse(readFileSync(PLUGINS_FILE, "utf8")) as Record<
      string,
      { version: string }
    >;

    expect(Object.entries(file).map(([name, { version }]) => [name, version])).toEqual(
      pluginPins(".").map(({ name, version }) => [name, version]),
    );
  });
});
