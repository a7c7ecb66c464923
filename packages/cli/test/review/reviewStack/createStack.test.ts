import { parse } from "yaml";
import { createStack } from "../../../review/reviewStack/createStack.ts";
import { flatSettings } from "../../../../../infra/config/flatSettings.ts";
import { contract } from "../../../../../test/fixtures/project/tasks/index.ts";

async function create(namePrefix = "") {
  const done: string[] = [];
  const files: [string, string][] = [];
  const stack = await createStack(
    7,
    {
      project: "octo-review",
      region: "europe-west1",
      secretsProvider: "gcpkms://k",
      namePrefix,
      settings: contract.settings,
    },
    {
      run: async (file, args) => {
        done.push([file, ...args].join(" "));
        return "";
      },
      read: (file) => `the text of ${file}`,
      write: (file, content) => {
        done.push(`write ${file}`);
        files.push([file, content]);
      },
    },
  );
  return { stack, done, policy: files[1], settings: parse(files[0]?.[1] ?? "") };
}

describe("the throw-away stack of a pull request", () => {
  it("has its settings before it is made", async () => {
    const { stack, done } = await create();

    expect(stack).toBe("pr-7");
    expect(done).toEqual([
      "write Pulumi.pr-7.yaml",
      "write PulumiPolicy.pr-7.json",
      "pulumi stack select pr-7 --create --secrets-provider gcpkms://k --non-interactive",
    ]);
  });

  it("is judged by the policy of review stacks", async () => {
    const { policy } = await create();

    expect(policy).toEqual(["PulumiPolicy.pr-7.json", "the text of PulumiPolicy.review.json"]);
  });

  it("keeps nothing, and its handlers' settings are examples", async () => {
    const { settings } = await create();

    expect(settings).toEqual({
      secretsprovider: "gcpkms://k",
      config: {
        "gcp:project": "octo-review",
        "gcp:region": "europe-west1",
        settings: {
          mailFrom: "tasks@example.com",
          smtpUrl: "smtp://user:password@mail.invalid:587",
        },
        protect: false,
        workerMaxInstances: 2,
        alerts: { enabled: false },
      },
    });
  });

  it("is named as the naming rules of a company ask", async () => {
    const { settings } = await create("acme-");

    expect(settings.config).toMatchObject({ namePrefix: "acme-" });
  });

  it("is given no setting that the program does not know", async () => {
    const { settings } = await create("acme-");
    const known = Object.keys(flatSettings.shape);

    expect(Object.keys(settings.config).filter((key) => !known.includes(key))).toEqual([]);
  });
});
