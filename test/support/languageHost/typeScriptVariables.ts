import type messages from "@pulumi/pulumi/proto/language_pb.js";

/** What tells Pulumi's runners to compile TypeScript: they do unless the project's option says no. */
export function typeScriptVariables(info: messages.ProgramInfo): Record<string, string> {
  const { typescript = true } = info.getOptions()?.toJavaScript() ?? {};
  return typescript === true ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {};
}
