import { installPlugins } from "../../plugins/installPlugins.ts";

describe("The installation of plugins", () => {
  it("has each checked by its digest, and names those without one for this platform", async () => {
    const commands: string[] = [];
    const run = (file: string, args: readonly string[]) => {
      commands.push([file, ...args].join(" "));
      return Promise.resolve("");
    };
    const plugins = [
      { name: "gcp", version: "9.1.0", sha256: { "linux-amd64": "0a0a" } },
      { name: "docker", version: "5.0.0", sha256: { "linux-arm64": "0b0b" } },
      { name: "random", version: "4.0.0", sha256: undefined },
    ];

    expect(await installPlugins(plugins, "linux-amd64", run)).toEqual(["docker", "random"]);
    const server = "--exact --server https://get.pulumi.com/releases/plugins";
    expect(commands).toEqual([
      `pulumi plugin install resource gcp v9.1.0 ${server} --checksum 0a0a`,
      `pulumi plugin install resource docker v5.0.0 ${server}`,
      `pulumi plugin install resource random v4.0.0 ${server}`,
    ]);
  });
});
