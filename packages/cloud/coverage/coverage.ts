import type { Behaviour } from "./behaviour.ts";
import { BEHAVIOURS } from "./behaviours.ts";
import { APIS } from "./apis.ts";
import { loadProtos } from "../grpc/protos.ts";
import { REFUSED_METHODS } from "../refusedMethods.ts";
import { markdownTable } from "./markdownTable.ts";
import { methodRows } from "./methodRows.ts";
import { PARTLY } from "./partly.ts";
import { routeTable } from "./routeTable.ts";

/** Where the tables stand in EMULATED.md. */
const BEGIN = "<!-- The tables are made from the code: npm run local:docs -->";
const END = "<!-- End of the tables -->";

/** The document with the tables of methods and behaviours as they are now. */
export function withCoverage(document: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`The document has no place for the tables: '${BEGIN}' and '${END}'.`);
  }
  return [before + BEGIN, ...behaviourSections(), ...methodSections(), END + after].join("\n\n");
}

function behaviourSections(): string[] {
  return [
    "## Behaviours",
    ...BEHAVIOURS.flatMap(({ title, behaviours }) => [
      `### ${title}`,
      markdownTable(["Behaviour", "Emulated", "Section", "Tests"], behaviours.map(behaviourRow)),
    ]),
  ];
}

function behaviourRow({ what, isEmulated, note, section = "", tests = {} }: Behaviour): string[] {
  const links = Object.keys(tests).map((file) => {
    const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.test\.ts$/, "");
    return `[${name}](test/${file})`;
  });
  return [
    what,
    note === undefined ? isEmulated : `${isEmulated}: ${note}`,
    section,
    links.join(", "),
  ];
}

function methodSections(): string[] {
  const methods = routeTable();
  const protos = loadProtos();
  const options = { methods, refused: REFUSED_METHODS, partly: PARTLY, protos };
  return [
    "## Methods",
    ...APIS.flatMap((api) => [
      `### ${api.title}`,
      api.about,
      markdownTable(["Method", "Version", "Path", "Over", "Emulated"], methodRows(api, options)),
    ]),
  ];
}
