import { fileURLToPath } from "node:url";
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

/*
 * The rules as a policy pack, for the engine: `pulumi preview --policy-pack policy`. The project, and what its
 * stacks want otherwise, is in the folder around this one.
 */
new PolicyPack("background-tasks", {
  policies: policies(fileURLToPath(new URL("..", import.meta.url))),
});
