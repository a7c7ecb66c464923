import Module, { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// Imported before Pulumi's SDK, by each process that runs a program: the SDK loads the TypeScript compiler
// and npm's own tree builder at its start, a third of the time that it takes, for functions that a program has turned
// into text. They are loaded once something of them is asked for.

const sdk = createRequire(fileURLToPath(import.meta.resolve("@pulumi/pulumi")));
for (const name of ["typescript", "@npmcli/arborist"]) putOff(name);

/** Puts something in the place of a CommonJS module that loads it when it is first read. */
function putOff(name: string): void {
  const path = sdk.resolve(name);
  let loaded: object | undefined;
  const load = (): object => {
    if (!loaded) {
      sdk.cache[path] = undefined;
      loaded = sdk(path) as object;
    }
    return loaded;
  };
  const late = new Module(path);
  late.loaded = true;
  late.exports = new Proxy(
    {},
    {
      // What is compiled from TypeScript copies all of a module that is not marked so.
      get: (_, key): unknown => (key === "__esModule" ? true : Reflect.get(load(), key)),
      has: (_, key) => key in load(),
    },
  );
  sdk.cache[path] = late;
}
