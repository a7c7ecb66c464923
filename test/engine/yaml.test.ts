import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILES, REFUSED, VALUES } from "@background-tasks/program/test/support/cliYaml.ts";
import { describeEngine } from "./engineUnderTest.ts";

describeEngine("The Pulumi CLI reads a stack's file", () => {
  const directory = mkdtempSync(join(tmpdir(), "cli-yaml-"));
  const env = {
    PATH: process.env["PATH"],
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };

  beforeAll(() => {
    mkdirSync(join(directory, "state"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: mail\nruntime: nodejs\n");
    execFileSync("pulumi", ["stack", "init", "s"], { cwd: directory, env });
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  /** The settings in a stack's file, as the CLI says; `undefined` where it refuses it. */
  function read(yaml: string): object | undefined {
    writeFileSync(join(directory, "Pulumi.s.yaml"), yaml);
    const args = ["config", "--json", "--stack", "s"];
    const { status, stdout } = spawnSync("pulumi", args, { cwd: directory, env, encoding: "utf8" });
    if (status !== 0) return undefined;
    const config = JSON.parse(stdout) as Record<string, { readonly value: string }>;
    return Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
  }

  it("with these values", () => {
    const lines = VALUES.map(([yaml], i) => `  mail:k${i}: ${yaml}\n`);

    expect(read(`config:\n${lines.join("")}`)).toEqual(
      Object.fromEntries(VALUES.map(([, text], i) => [`mail:k${i}`, text])),
    );
  });

  it.each(FILES)("with %s", (_what, yaml, config) => {
    expect(read(yaml)).toEqual(config);
  });

  it.each(REFUSED)("unless it has %s", (_what, yaml) => {
    expect(read(yaml)).toBeUndefined();
  });
});
