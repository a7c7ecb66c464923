import { readFileSync, writeFileSync } from "node:fs";
import { withCoverage } from "./coverage.ts";

/** `npm run local:docs`: writes what is emulated into the README of the local cloud. */
const DOCUMENT = new URL("../README.md", import.meta.url);

writeFileSync(DOCUMENT, withCoverage(readFileSync(DOCUMENT, "utf8")));
