import { apply } from "@background-tasks/program/apply/apply.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { cloudState } from "./cloudState.ts";
import { describeEngine, startEngine, type EngineUnderTest } from "./engineUnderTest.ts";

jest.setTimeout(120_000);

describeEngine("The in-process deployer and the real engine", () => {
  let byEngine: EngineUnderTest;
  let inProcess: EngineUnderTest;

  beforeAll(async () => {
    byEngine = await startEngine();
    inProcess = await startEngine();
  });
  afterAll(async () => {
    await byEngine.stop();
    await inProcess.stop();
  });

  it("leave the local cloud in the same state, resource by resource", async () => {
    const { code } = await byEngine.run("up", "dev");
    const settings = `${byEngine.directory}/.pulumi-local/Pulumi.dev.yaml`;
    const { project, config, secure } = readStackConfig(
      `${byEngine.directory}/Pulumi.yaml`,
      settings,
    );
    const { error } = await apply(
      {
        directory: byEngine.directory,
        project,
        stack: "dev",
        config,
        secure,
        services: { mail: "smtp://127.0.0.1:8126" },
        gcpProject: config["gcp:project"] ?? "",
        gcpRegion: config["gcp:region"] ?? "",
        endpoint: inProcess.cloud.endpoint,
        deployToken: inProcess.cloud.deployToken,
        resources: [],
      },
      { onChange: () => undefined, onOutput: () => undefined },
    );

    expect({ code, error }).toEqual({ code: 0, error: undefined });
    const left = comparable(await cloudState(inProcess.cloud.endpoint));
    expect(Object.keys(left)).toHaveLength(31);
    expect(left).toEqual(comparable(await cloudState(byEngine.cloud.endpoint)));
  });
});

/** What Google draws at random or takes from the clock. */
const ACCIDENTAL = [
  "etag",
  "uid",
  "uniqueId",
  "oauth2ClientId",
  "createTime",
  "updateTime",
  "userUpdateTime",
  "lastTransitionTime",
];

/** The state without what no two deployments share: times, ids, and the suffixes of names. */
function comparable(state: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(state, (key, value: unknown) =>
    ACCIDENTAL.includes(key) ? undefined : sorted(key, value),
  );
  return JSON.parse(
    text
      .replace(/(dev-(?:email|default|dead-letter))-[0-9a-f]{8}/g, "$1-*")
      .replace(/(dev-worker-00001)-[a-z]{3}/g, "$1-*"),
  );
}

/** Grants are made in any order. */
function sorted(key: string, value: unknown): unknown {
  if (!Array.isArray(value) || !["bindings", "members"].includes(key)) return value;
  return value.map((one: unknown) => JSON.stringify(one)).sort();
}
