import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/** Where a stack is deployed. */
export interface StackTarget {
  readonly project: string;
  readonly region: string;
  readonly stack: string;
}

const settings = z.object({
  config: z.object({ "gcp:project": z.string(), "gcp:region": z.string() }),
});

/** Reads where a stack is deployed from the file of its settings. */
export function targetOf(stack: string, folder = "."): StackTarget {
  const file = `${folder}/Pulumi.${stack}.yaml`;
  const { data } = settings.safeParse(parse(readFileSync(file, "utf8")));
  if (!data) throw new Error(`'${file}' must set 'gcp:project' and 'gcp:region'.`);
  const { "gcp:project": project, "gcp:region": region } = data.config;
  return { project, region, stack };
}
