import { readFileSync, writeFileSync } from "node:fs";
import { withCoverage } from "./coverage.ts";

/** `npm run local:docs`: writes the tables of what is emulated. */
const DOCUMENT = new URL("../EMULATED.md", import.meta.url);

writeFileSync(DOCUMENT, withCoverage(readFileSync(DOCUMENT, "utf8")));
