import { refuseMovingBase } from "../../engine/movingBase.ts";

const BY_TAG = {
  "app:protect": "true",
  "app:workerImage": "",
  "app:baseImage": "gcr.io/base/node:24",
};
const refuse =
  (config: Readonly<Record<string, string>>, args = ["up", "--stack", "prod"]) =>
  () => {
    refuseMovingBase("prod", { project: "app", config, secure: {} }, args);
  };

describe("A protected stack", () => {
  it("is not built on a tag, and is told what to run", () => {
    expect(refuse(BY_TAG)).toThrow(
      "Stack 'prod' is protected, and its worker would be built on 'gcr.io/base/node:24', which may be another " +
        "image tomorrow. Nothing was changed. Run 'npm run tasks -- pin', which writes its digest to " +
        "'Pulumi.prod.yaml', or set 'workerImage' to an image by digest that another stack runs.",
    );
  });

  it.each([
    {
      why: "it is built on a digest",
      config: { ...BY_TAG, "app:baseImage": `gcr.io/base/node:24@sha256:${"0a".repeat(32)}` },
    },
    {
      why: "it is built elsewhere",
      config: { ...BY_TAG, "app:workerImage": "host/p/r/w@sha256:1" },
    },
    { why: "it is not protected", config: { ...BY_TAG, "app:protect": "false" } },
  ])("is deployed where $why", ({ config }) => {
    expect(refuse(config)).not.toThrow();
  });

  it.each(["preview", "destroy", "refresh"])("may be the object of '%s'", (command) => {
    expect(refuse(BY_TAG, [command, "--stack", "prod"])).not.toThrow();
  });
});
