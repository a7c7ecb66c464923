import { operationOf, skipsPreview } from "../../engine/cliArguments.ts";

describe("The CLI's arguments", () => {
  it.each([
    { args: ["up", "--yes"], operation: "up" },
    { args: ["update"], operation: "up" },
    { args: ["down"], operation: "destroy" },
    { args: ["dn"], operation: "destroy" },
    { args: ["-C", "up", "--color", "never", "destroy"], operation: "destroy" },
    { args: ["--color=never", "pre"], operation: "preview" },
    // The flags of a command may stand before it, with their values.
    { args: ["-s", "prod", "down", "-f"], operation: "destroy" },
    { args: ["--message", "up", "destroy"], operation: "destroy" },
    { args: ["--non-interactive", "-e", "up"], operation: "up" },
    { args: ["-yf", "destroy"], operation: "destroy" },
    { args: ["stack", "tag", "set", "up", "destroy"], operation: undefined },
    { args: ["toString"], operation: undefined },
    { args: [], operation: undefined },
  ])("$args ask for $operation", ({ args, operation }) => {
    expect(operationOf(args)).toBe(operation);
  });

  it.each([
    { args: ["up", "--skip-preview"], skips: true },
    { args: ["up", "-f"], skips: true },
    { args: ["up", "-yf"], skips: true },
    { args: ["up", "-fy"], skips: true },
    { args: ["up", "-yf=true"], skips: true },
    { args: ["up", "-f", "--skip-preview=false"], skips: false },
    { args: ["up", "--skip-preview=0"], skips: false },
    { args: ["up", "--skip-preview=T"], skips: true },
    // The values of flags with short names.
    { args: ["up", "-mfix"], skips: false },
    { args: ["up", "-sfront"], skips: false },
    { args: ["up", "-ymf"], skips: false },
    { args: ["up", "--config-file=f", "--refresh"], skips: false },
  ])("$args skip the preview: $skips", ({ args, skips }) => {
    expect(skipsPreview(args, {})).toBe(skips);
  });

  it.each([
    { value: "true", args: ["up"], skips: true },
    { value: "1", args: ["up"], skips: true },
    { value: "false", args: ["up"], skips: false },
    { value: "true", args: ["up", "--skip-preview=false"], skips: false },
  ])("skip the preview by the CLI's variable, '$value' with $args: $skips", (row) => {
    const environment = { PULUMI_OPTION_SKIP_PREVIEW: row.value };

    expect(skipsPreview(row.args, environment)).toBe(row.skips);
  });
});
