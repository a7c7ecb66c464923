import { attachProviders } from "@background-tasks/program/provider/attachedProviders.ts";

// The providers of a local cloud, in a process of their own, since they read the files of an image relative to
// their working directory. It prints the value of PULUMI_DEBUG_PROVIDERS.

const [endpoint = ""] = process.argv.slice(2);
const { addresses } = await attachProviders(endpoint);
process.stdout.write(`${addresses}\n`);
