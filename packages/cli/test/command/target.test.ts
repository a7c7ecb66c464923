import { Command } from "commander";
import { targetOf, withTarget } from "../../command/target.ts";

function parse(...args: string[]) {
  const command = withTarget(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse(args, { from: "user" });
  return targetOf(command);
}

describe("The stack that a command works on", () => {
  it.each([
    { args: [], target: { local: false, port: 8123 } },
    { args: ["--port", "9000"], target: { local: false, port: 9000 } },
    { args: ["--stack", "local"], target: { local: false, port: 8123 } },
    {
      args: ["--stack", "local", "--port", "9000"],
      target: { local: false, stack: "local", port: 9000 },
    },
    { args: ["--stack", "dev"], target: { local: false, stack: "dev" } },
    {
      args: ["--stack", "dev", "--port", "8123"],
      target: { local: false, stack: "dev", port: 8123 },
    },
    { args: ["--stack", "dev", "--local"], target: { local: true, stack: "dev", port: 8123 } },
    {
      args: ["--stack", "dev", "--local", "--port", "9000"],
      target: { local: true, stack: "dev", port: 9000 },
    },
  ])("is $target with $args", ({ args, target }) => {
    expect(parse(...args)).toEqual(target);
  });

  it("is named where it is one of 'up --local'", () => {
    expect(() => parse("--local")).toThrow("'--local' needs '--stack': which stack is it?");
  });

  it.each(["0", "65536", "8123x", ""])("is on no port '%s'", (port) => {
    expect(() => parse("--port", port)).toThrow("A port is a number from 1 to 65535.");
  });
});
