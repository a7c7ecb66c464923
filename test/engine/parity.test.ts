import { apply } from "@background-tasks/program/apply/apply.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { cloudState } from "./cloudState.ts";
import { describeEngine, startEngine, type EngineUnderTest } from "./engineUnderTest.ts";

describeEngine("The in-process deployer and the real engine", () => {
  let byEngine: EngineUnderTest;
  let inProcess: EngineUnderTest;

  beforeAll(async () => {
    byEngine = await startEngine();
    inProcess = await startEngine();
    for (const project of [byEngine, inProcess]) {
      project.edit("Pulumi.dev.yaml", ["config:", "config:\n  requestLogs: failures"]);
      project.edit("infra/index.ts", ["const config =", TRANSFORMS]);
      project.edit("infra/index.ts", [
        "  named,\n);",
        "  { ...named, transforms: [mark('parent')] },\n);",
      ]);
    }
  });
  afterAll(async () => {
    await byEngine.stop();
    await inProcess.stop();
  });

  it("apply transforms alike, and leave the local cloud in the same state, resource by resource", async () => {
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
    expect(Object.keys(left)).toHaveLength(34);
    expect(/"labels":({.*?})/.exec(JSON.stringify(left))?.[1]).toBe(
      '{"own":"template-true","parent":"own-true","stack":"own-parent-true"}',
    );
    expect(left).toEqual(comparable(await cloudState(byEngine.cloud.endpoint)));
  });
});

/** Transforms that leave in the service's labels what had been there before them, and what they saw as outputs. */
const TRANSFORMS = `
  import * as pulumi from "@pulumi/pulumi";
  let isSecretOutput = false;
  const mark = (by: string): pulumi.ResourceTransform => ({ type, props, opts }) => {
    if (type.endsWith(":SecretVersion")) isSecretOutput = pulumi.Output.isInstance(props["secretData"]);
    if (!type.endsWith("v2/service:Service")) return undefined;
    const earlier = Object.keys(props["labels"] ?? {});
    const outputs = Object.keys(props).filter((key) => pulumi.Output.isInstance(props[key]));
    const seen = [...earlier, ...outputs, isSecretOutput].join("-");
    return { props: { ...props, labels: { ...props["labels"], [by]: seen } }, opts };
  };
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type.endsWith("v2/service:Service") ? { props, opts: { ...opts, transforms: [mark("own")] } } : undefined);
  pulumi.runtime.registerResourceTransform(mark("stack"));
  const config =`;

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
