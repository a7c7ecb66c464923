import fc from "fast-check";
import { startFuzzCloud, type FuzzCloud } from "./fuzzCloud.ts";
import { answerProblem } from "./googleAnswer.ts";
import { runs } from "./runs.ts";

const QUEUE = "projects/demo/locations/europe-west1/queues/email";

describe("the API's paths", () => {
  let fuzz: FuzzCloud;
  beforeAll(async () => {
    fuzz = await startFuzzCloud();
  });
  afterAll(() => fuzz[Symbol.asyncDispose]());

  it("are answered by Google's rules, whatever is in them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...VERBS), hostilePath(), async (method, target) => {
        const reply = await fuzz.ask({ method, target, body: "{}" });

        expect([answerProblem(reply), fuzz.unexpected.splice(0)]).toEqual([undefined, []]);
      }),
      runs(1000),
    );
  });

  it.each([
    `/v2/${QUEUE}/../email`,
    `/v2/${QUEUE}/%2e%2e/email`,
    `/v2/${QUEUE}/%252e%252e/email`,
    `/v2/projects/demo/locations/europe-west1/queues/..%2Fqueues%2Femail`,
    `/v2/projects/demo/locations/europe-west1/queues/email%00`,
    `/v2/projects/demo/locations/europe-west1/queues/email%2F`,
    `/v2/projects/demo/locations/europe-west1/queues/email;a=b`,
    `/v2/projects/demo/locations/europe-west1/queues/%65mail%`,
    `/v2/projects/demo/locations/europe-west1/queues/email\\`,
    `/v2//${QUEUE}`,
    `//v2/${QUEUE}`,
    `/V2/${QUEUE}`,
    `/v2/${QUEUE}/`,
  ])("are taken as they are written: %s leads to no queue", async (target) => {
    const { status } = await fuzz.ask({ target });

    expect([400, 404, 501]).toContain(status);
  });

  it("may have what need not be encoded encoded all the same", async () => {
    const { status, text } = await fuzz.ask({ target: `/v2/${QUEUE.replace("email", "%65mail")}` });

    expect([status, JSON.parse(text).name]).toEqual([200, QUEUE]);
  });
});

const VERBS = [
  "GET",
  "POST",
  "PATCH",
  "PUT",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "get",
];

/** Paths of parts of good ones and of tricks, and good ones with one part replaced. */
function hostilePath(): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.constantFrom(...PARTS),
    fc.constantFrom(...TRICKS),
    fc.string({ maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const good = `/v2/${QUEUE}/tasks/first:run`.split("/");
  const spoilt = fc
    .tuple(fc.nat({ max: good.length - 1 }), part)
    .map(([at, text]) => good.map((one, i) => (i === at ? text : one)).join("/"));
  const made = fc.array(part, { maxLength: 12 }).map((all) => `/${all.join("/")}`);
  return fc
    .tuple(fc.oneof(spoilt, made), fc.constantFrom("", "?", "?a", "?pageSize=%", "#x", "?&&=&"))
    .map((both) => both.join(""));
}

const PARTS = [
  ...["v1", "v2", "v2beta3", "v3", "v1beta1", "storage", "b", "projects", "demo", "locations", "-"],
  ...["europe-west1", "queues", "email", "tasks", "jobs", "services", "secrets", "serviceAccounts"],
  ...["operations", "metrics", "tasks:buffer", "email:pause", "first:run", "services:batchEnable"],
];

const TRICKS = [
  ...[
    "",
    ".",
    "..",
    "%2e%2e",
    "%252e",
    "%00",
    "%2F",
    "%2f..%2f",
    "%5c",
    "\\",
    ";",
    ";a=b",
    ":",
    "::",
  ],
  ...[
    "a:",
    ":a",
    "email:pause:pause",
    "%",
    "%zz",
    "%c0%ae",
    "%ed%a0%80",
    "%ff",
    "%E2%80%AE",
    "*",
    "**",
  ],
  ...[
    "{queue}",
    "__proto__",
    "constructor",
    "toString",
    "__proto__:constructor",
    "é",
    "\u0000",
    "%0d%0a",
  ],
  ...["a".repeat(2000), "%41".repeat(2000), "a:".repeat(1000), "..%2f".repeat(500)],
];
