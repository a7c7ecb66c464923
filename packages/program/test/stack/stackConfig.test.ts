import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackConfig, withoutEndpoints } from "../../stack/stackConfig.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stack-config-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function read(project: string, stack: string): ReturnType<typeof readStackConfig> {
  const files = { project: join(directory, "Pulumi.yaml"), stack: join(directory, "s.yaml") };
  writeFileSync(files.project, project);
  writeFileSync(files.stack, stack);
  return readStackConfig(files.project, files.stack);
}

const PROJECT = `
name: mail
config:
  size:
    type: integer
    default: 5
  members:
    type: array
    items: { type: string }
    default: []
  note: { type: string, default: "" }
  undecided: { type: string }
  plain: text
  gcp:region: { value: europe-west1 }
`;

describe("readStackConfig", () => {
  it("takes the defaults of the project, as the engine hands them over", () => {
    expect(read(PROJECT, "config: {}")).toEqual({
      project: "mail",
      config: {
        "mail:size": "5",
        "mail:members": "[]",
        "mail:note": "",
        "mail:plain": "text",
        "gcp:region": "europe-west1",
      },
      secure: {},
    });
  });

  it("lets the stack's file come first, and writes lists and objects as JSON", () => {
    const { config } = read(
      PROJECT,
      `
config:
  mail:size: 7
  mail:members: [a, b]
  mail:queues:
    email: { rate: 0.5 }
  mail:protect: false
  gcp:region: us-east1
  gcp:project: my-project
`,
    );

    expect(config).toEqual({
      "mail:size": "7",
      "mail:members": '["a","b"]',
      "mail:note": "",
      "mail:plain": "text",
      "mail:queues": '{"email":{"rate":0.5}}',
      "mail:protect": "false",
      "gcp:region": "us-east1",
      "gcp:project": "my-project",
    });
  });

  it("leaves encrypted values out, defaults in their place included, and names them", () => {
    const { config, secure } = read(
      PROJECT,
      "config:\n  mail:note:\n    secure: v1:abc\n  mail:key: { secure: v1:def }\n" +
        "  mail:settings: { from: me, token: { secure: v1:ghi } }\n",
    );

    expect(secure).toEqual({
      "mail:note": "v1:abc",
      "mail:key": "v1:def",
      "mail:settings.token": "v1:ghi",
    });
    expect(config["mail:settings"]).toBe('{"from":"me"}');
    expect(config).not.toHaveProperty("mail:note");
    expect(config).not.toHaveProperty("mail:key");
  });

  it("refuses a file that holds no settings, naming it", () => {
    expect(() => read("name: mail", "- a list")).toThrow(
      new Error(`'${join(directory, "s.yaml")}' holds no settings.`),
    );
  });

  it("refuses a file that is not YAML, naming it", () => {
    expect(() => read("name: mail", "config: [")).toThrow(
      `'${join(directory, "s.yaml")}' cannot be read: Flow sequence`,
    );
  });

  it("refuses a project without a name", () => {
    expect(() => read("config: {}", "config: {}")).toThrow(
      new Error(`'${join(directory, "Pulumi.yaml")}' has no name of a project.`),
    );
  });
});

describe("The configuration of a program without the engine", () => {
  it("has no addresses for the real providers", () => {
    const config = {
      "gcp:runCustomEndpoint": "http://127.0.0.1:8123/",
      "gcp:region": "europe-west1",
    };

    expect(withoutEndpoints(config)).toEqual({ "gcp:region": "europe-west1" });
  });
});
