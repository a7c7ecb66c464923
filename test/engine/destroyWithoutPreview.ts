import { attachProviders } from "@background-tasks/program/provider/attachedProviders.ts";
import { EngineError, EngineFailure } from "@background-tasks/cli/engine/engineFailure.ts";
import { startLanguageHost } from "@background-tasks/cli/engine/languageHost.ts";
import { openLocalWorkspace } from "@background-tasks/cli/engine/localWorkspace.ts";
import { runCli } from "@background-tasks/cli/engine/runCli.ts";

// `node destroyWithoutPreview.ts <stack> <endpoint>`: what `npm run destroy` refuses to do to a protected stack.

const [stack = "", endpoint = ""] = process.argv.slice(2);
const providers = await attachProviders(endpoint);
const host = await startLanguageHost();
const { directory, environment, project, region } = await openLocalWorkspace(
  stack,
  providers.addresses,
  endpoint,
);
try {
  await runCli(["destroy", "--yes", "--skip-preview", "--non-interactive", "--stack", stack], {
    directory,
    environment: { ...environment, PULUMI_DEBUG_LANGUAGES: `nodejs:${host.port}` },
    failure: new EngineFailure({
      command: "destroy",
      stack,
      cli: "pulumi",
      make: "pulumi stack init",
      project,
      region,
    }),
  });
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
} finally {
  host.close();
  providers.close();
}
