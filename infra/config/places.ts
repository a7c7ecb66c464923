/*
 * Where a setting stands, for the errors that speak of it: each begins with the file to be opened.
 */

/** The place of a setting, by its path: `Pulumi.dev.yaml: 'workerCpu'`. */
export type Place = (path: readonly string[]) => string;

/** The stack of `npm start`. Whoever runs it need not have the Pulumi CLI. */
export const LOCAL_STACK = "local";

/** The file of a stack's settings. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The place of what stands in a stack's file, below a key. */
export function inStackFile(stack: string, ...key: readonly string[]): Place {
  return (path) => `${stackFile(stack)}: '${[...key, ...path].join(".")}'`;
}

/** The place of what stands in an entry of a file in `tasks/`: `tasks/queues.ts: queue 'email': 'retired'`. */
export function inTasks(file: string, kind: string, name: string): Place {
  return (path) => {
    const setting = path.length === 0 ? "" : `: '${path.join(".")}'`;
    return `tasks/${file}.ts: ${kind} '${name}'${setting}`;
  };
}
