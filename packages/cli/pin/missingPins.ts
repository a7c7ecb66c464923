import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { deployedStacks } from "@background-tasks/program/stack/stackFiles.ts";
import { actionsIn, isPinned } from "./actionPins.ts";
import { isByDigest } from "./baseImage.ts";
import { PLUGINS_FILE, pluginPins } from "./pluginPins.ts";

/** The files that say which actions run. */
export function actionFiles(directory: string): string[] {
  return globSync(".github/{workflows/*,actions/*/action}.{yml,yaml}", { cwd: directory }).sort();
}

/** The base image of each stack that is deployed, one of which may run what another has built. */
export function baseImages(
  directory: string,
): { readonly file: string; readonly project: string; readonly image: string }[] {
  return deployedStacks(directory).map((stack) => {
    const file = `Pulumi.${stack}.yaml`;
    const { project, config } = readStackConfig(
      join(directory, "Pulumi.yaml"),
      join(directory, file),
    );
    return { file, project, image: config[`${project}:baseImage`] ?? "" };
  });
}

/** What is named by something that may be another thing tomorrow: a sentence for each. */
export function missingPins(directory: string): string[] {
  const plugins = pluginPins(directory)
    .filter(({ sha256 }) => sha256 === undefined)
    .map(({ name, version }) => `Plugin '${name}' ${version} has no digest in ${PLUGINS_FILE}.`);
  const actions = actionFiles(directory).flatMap((file) =>
    actionsIn(readFileSync(join(directory, file), "utf8"))
      .filter((use) => !isPinned(use))
      .map(({ repository, ref }) => `${file} names action '${repository}@${ref}' by no commit.`),
  );
  const images = baseImages(directory)
    .filter(({ image }) => !isByDigest(image))
    .map(({ file, image }) => `${file}: 'baseImage' is '${image}', by tag and no digest.`);
  return [...plugins, ...actions, ...images];
}

/** What to do about them. */
export const RUN_PIN =
  "Run 'npm run tasks -- pin', look at what it writes, and commit it: only a digest names the same bytes tomorrow.";
