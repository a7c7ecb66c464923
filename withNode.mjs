// Runs a script of this project: `node withNode.mjs <script> [arguments]`. Plain JavaScript, so that a Node
// that cannot run TypeScript still says what it needs.
import module from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Node ${process.versions.node} cannot run this project; it needs Node 22.18 or later.\n` +
      "On Linux (x64, arm64) 'npm ci' brings Node 24: run 'npm ci' and then use the npm scripts " +
      "('npm start', 'npm test'). Elsewhere install Node 24, the version named in .nvmrc.",
  );
  process.exit(1);
}
// What Node has compiled is kept for the next start, of this script and of what it starts in turn.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("node_modules/.cache/node", import.meta.url),
);
module.enableCompileCache();

const [script] = process.argv.splice(2, 1);
process.argv[1] = resolve(script);
await import(pathToFileURL(process.argv[1]).href);
