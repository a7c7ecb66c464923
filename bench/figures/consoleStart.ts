import { ProjectCopy } from "@background-tasks/cli/test/support/projectCopy.ts";
import type { Result } from "../figure.ts";
import { FREE_PORTS, npmStart } from "../npmStart.ts";

const RUNS = 6;

/** In the place of the console: nothing. */
const NONE = `export function localConsole() {
  return { ownAnswer: () => undefined, onMail() {}, linkTo: () => undefined, open() {} };
}
`;

/** What the console adds to the time from the launch of `npm start` until it is ready. */
export async function measureConsoleStart(): Promise<Result[]> {
  using project = new ProjectCopy();
  using without = new ProjectCopy();
  without.write("packages/cli/console/startConsole.ts", NONE);
  // What Node keeps of a file is there from the first run on.
  await seconds(project);
  await seconds(without);
  const runs: number[] = [];
  const bare: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await seconds(project));
    bare.push(await seconds(without));
  }
  // Of the quickest: what else is busy here adds to one or the other.
  return [
    {
      figure: "console: added to npm start",
      unit: "ms",
      runs: [(Math.min(...runs) - Math.min(...bare)) * 1000],
      target: { of: "figure", atMost: 100 },
    },
  ];
}

async function seconds({ directory }: ProjectCopy): Promise<number> {
  await using running = await npmStart(directory, FREE_PORTS);
  return running.seconds;
}
