import { readFileSync, writeFileSync } from "node:fs";
import { mayDiffer } from "./mayDiffer.ts";
import { withReference } from "./reference.ts";
import { rules } from "./rules/index.ts";

/** `npm run policy:docs`: writes the tables of the rules and of what may differ into the reference. */
const DOCUMENT = new URL("../docs/policy.md", import.meta.url);

writeFileSync(DOCUMENT, withReference(readFileSync(DOCUMENT, "utf8"), rules, mayDiffer));
