import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import ts from "typescript/lib/typescript.js";
import { controlRoutes } from "../../control/controlRoutes.ts";
import { LOCAL_IMAGES_PATH } from "../../control/localCloud.ts";
import { systemClock } from "../../time/clock.ts";
import { Faults } from "../../faults/faults.ts";
import { parseTemplate } from "../../api/pathTemplate.ts";
import { REFUSED_METHODS } from "../../refusedMethods.ts";
import { startLocalCloud } from "../../startLocalCloud.ts";
import { APIS } from "../../coverage/apis.ts";
import { BEHAVIOURS } from "../../coverage/behaviours.ts";
import { withCoverage } from "../../coverage/coverage.ts";
import { belongsTo, unversioned } from "../../coverage/methodRows.ts";
import { PARTLY } from "../../coverage/partly.ts";
import { routeTable } from "../../coverage/routeTable.ts";
import { grpcFrame, sendGrpc } from "../support/rawGrpc.ts";

const FACTS = readFileSync("docs/google-cloud.md", "utf8");
const behaviours = BEHAVIOURS.flatMap((group) => group.behaviours);
const methods = routeTable();

/** The titles of a file's tests, but for those that are skipped. */
function titlesIn(file: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [name = "", ...more] = calleeOf(node.expression);
      const [title] = node.arguments;
      if (name.startsWith("x") || more.includes("skip") || more.includes("todo")) return;
      if (name === "it" && title && ts.isStringLiteralLike(title)) titles.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
  return titles;
}

/** What is called: `it`, `each` of `it.each(table)("…")`. */
function calleeOf(node: ts.Expression): string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (ts.isPropertyAccessExpression(node)) return [...calleeOf(node.expression), node.name.text];
  return ts.isCallExpression(node) ? calleeOf(node.expression) : [];
}

describe("The page that says what is emulated", () => {
  it("is current", () => {
    const document = readFileSync("packages/cloud/EMULATED.md", "utf8");

    const isCurrent = withCoverage(document) === document;
    expect(isCurrent ? "current" : "stale: refresh it with 'npm run local:docs'").toBe("current");
  });

  it("says where a document has no place for it", () => {
    expect(() => withCoverage("# What is emulated\n")).toThrow(
      "The document has no place for the tables: '<!-- The tables are made from the code: npm run local:docs -->' and '<!-- End of the tables -->'.",
    );
  });

  it("has every method there is under one API", () => {
    const places = [...methods, ...REFUSED_METHODS].map((method) => [
      `${method.service}/${method.name} ${method.http}`,
      APIS.filter((api) => belongsTo(api, method)).length,
    ]);

    expect(places.filter(([, count]) => count !== 1)).toEqual([]);
  });

  it("notes what is missing of methods that there are", () => {
    const names = new Set(methods.map(({ service, name }) => `${unversioned(service)}/${name}`));
    const noted = Object.entries(PARTLY).flatMap(([service, notes]) =>
      Object.keys(notes).map((name) => `${service}/${name}`),
    );

    expect(noted.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe("A behaviour on it", () => {
  it.each(behaviours.filter(({ tests }) => tests !== undefined))(
    "is held by tests that there are and that run: $what",
    ({ tests = {} }) => {
      for (const [file, titles] of Object.entries(tests)) {
        const run = titlesIn(`packages/cloud/test/${file}`);
        expect(titles.filter((title) => run.filter((one) => one === title).length !== 1)).toEqual(
          [],
        );
      }
    },
  );

  it("is a fact that is written down, where it names a section", () => {
    const unknown = behaviours.filter(
      ({ section }) =>
        section !== undefined &&
        !new RegExp(`^##+ ${section.replace(".", "\\.")}[ .]`, "m").test(FACTS),
    );

    expect(unknown.map(({ what, section }) => `${section}: ${what}`)).toEqual([]);
  });

  it("has a test unless it is not emulated", () => {
    const untested = behaviours.filter(({ isEmulated, tests }) => isEmulated !== "no" && !tests);

    expect(untested.map(({ what }) => what)).toEqual([]);
  });
});

describe("A method that it says is not emulated", () => {
  it("answers UNIMPLEMENTED over REST, and says so in the log", async () => {
    await using cloud = await startLocalCloud();
    const told: string[] = [];
    cloud.events.on("notEmulated", ({ what }) => told.push(what));
    const requests = REFUSED_METHODS.map(({ http }) => {
      const [verb = "", template = ""] = http.split(" ");
      return { verb, path: template.replaceAll(/\{[^}]*\}/g, "a") };
    });

    const wrong: string[] = [];
    for (const { verb, path } of requests) {
      const response = await fetch(cloud.endpoint + path, { method: verb });
      const { error } = (await response.json()) as { error?: { status: string } };
      if (response.status !== 501 || error?.status !== "UNIMPLEMENTED") {
        wrong.push(`${verb} ${path}: ${response.status}`);
      }
    }

    expect(wrong).toEqual([]);
    expect(told).toEqual(requests.map(({ verb, path }) => `${verb} ${path}`));
  });

  it("is in no route table", () => {
    const places = new Set(methods.map(({ http }) => placeOf(http)));

    expect(REFUSED_METHODS.filter(({ http }) => places.has(placeOf(http)))).toEqual([]);
  });

  it("answers UNIMPLEMENTED over gRPC, where it is one of Cloud Tasks, and says so in the log", async () => {
    await using cloud = await startLocalCloud();
    const told: string[] = [];
    cloud.events.on("notEmulated", ({ what }) => told.push(what));
    const rpcs = REFUSED_METHODS.filter(({ service }) =>
      service.startsWith("google.cloud.tasks."),
    ).map(({ service, name }) => `${service}/${name}`);
    const session = connect(`http://${cloud.grpcEndpoint}`);

    const statuses: unknown[] = [];
    for (const rpc of rpcs) {
      const { headers } = await sendGrpc(session, [grpcFrame(Buffer.alloc(0))], {
        ":path": `/${rpc}`,
      });
      statuses.push(headers["grpc-status"]);
    }
    session.destroy();

    expect(rpcs).toHaveLength(12);
    expect(statuses).toEqual(rpcs.map(() => "12"));
    expect(told).toEqual(rpcs);
  });
});

describe("The control API", () => {
  it("answers each request that the README of the local cloud makes, and has no other route", async () => {
    await using cloud = await startLocalCloud({
      clock: "virtual",
      startTime: new Date("2026-11-24T12:00:00Z"),
    });
    const requests = controlRequests(readFileSync("packages/cloud/README.md", "utf8"));

    const answers: Record<string, number> = {};
    for (const { verb, path, body } of requests) {
      const { status } = await fetch(cloud.endpoint + path, { method: verb, body: body ?? null });
      answers[`${verb} ${path} ${body ?? ""}`.trim()] = status;
    }

    // Nothing is deployed here, and so there are no outputs.
    expect(Object.entries(answers).filter(([, status]) => status !== 200)).toEqual([
      ["GET /local/v1/outputs", 400],
    ]);
    const routes = Object.keys(
      controlRoutes({
        clock: systemClock,
        faults: new Faults(),
        idle: async () => undefined,
        reset: async () => undefined,
        images: () => {
          throw new Error("No image is put here.");
        },
        alerts: () => ({}),
        revisions: async () => [],
        state: new Map(),
      }),
    );
    expect(new Set(requests.map(({ verb, path }) => `${verb} ${path}`))).toEqual(
      // The deployer's alone.
      new Set(routes.filter((route) => route !== `POST ${LOCAL_IMAGES_PATH}`)),
    );
  });
});

/** The requests that README makes with `curl` in the section of the control API. */
function controlRequests(document: string) {
  const [, section = ""] = document.split("\n## The control API\n");
  const [own = ""] = section.split("\n## ");
  const commands = /^curl (?:-X (\w+) )?(?:-d '(.*)' )?http:\/\/127\.0\.0\.1:8123(\S+)$/gm;
  return [...own.matchAll(commands)].map(([, verb, body, path = ""]) => ({
    verb: verb ?? (body === undefined ? "GET" : "POST"),
    path,
    body,
  }));
}

/** A place by its verb and path, whatever its variables are called. */
function placeOf(http: string): string {
  const { verb, segments, custom } = parseTemplate(http);
  const path = segments.map((segment) => ("literal" in segment ? segment.literal : "*"));
  return `${verb} ${path.join("/")}:${custom}`;
}
