import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerEnvironment } from "../../engine/providerEnvironment.ts";

const VARIABLE = "PULUMI_GCP_SKIP_REGION_VALIDATION";
const ASKED = { "gcp:skipRegionValidation": "true" };

describe("The environment of the real providers", () => {
  it.each([
    { config: ASKED, environment: {}, added: { [VARIABLE]: "true" } },
    { config: ASKED, environment: { [VARIABLE]: "false" }, added: {} },
    { config: { "gcp:skipRegionValidation": "false" }, environment: {}, added: {} },
    { config: {}, environment: {}, added: {} },
  ])("has $added with $config and $environment", ({ config, environment, added }) => {
    expect(providerEnvironment(config, environment)).toEqual(added);
  });

  it.each([
    { command: ["preview", "--stack", "local"], value: "true" },
    { command: ["up", "--stack", "local", "--yes"], value: "true" },
    { command: ["refresh", "--stack", "local"], value: "true" },
    { command: ["destroy", "--stack", "local"], value: "true" },
    { command: ["pulumi", "--stack", "local", "import"], value: "true" },
    { command: ["preview", "--stack", "dev"], value: "" },
  ])("reaches the CLI with $command as '$value'", ({ command, value }) => {
    const folder = mkdtempSync(join(tmpdir(), "fake-cli-"));
    const cli = join(folder, "pulumi");
    writeFileSync(cli, `#!/bin/sh\nprintf '%s' "$${VARIABLE}" > ${folder}/seen\n`);
    chmodSync(cli, 0o755);

    execFileSync(process.execPath, ["packages/cli/main.ts", ...command, "--no-type-check"], {
      env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });

    expect(readFileSync(join(folder, "seen"), "utf8")).toBe(value);
    rmSync(folder, { recursive: true });
  });
});
