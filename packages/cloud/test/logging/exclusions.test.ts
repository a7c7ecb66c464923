import { NOW } from "../support/localApi.ts";
import { CAME, RESOURCE, startLogging } from "./localLogging.ts";

const EXCLUSIONS = "/v2/projects/demo/exclusions";
const DONE = { name: "done", filter: 'log_id("requests") AND httpRequest.status<300' };

function request(status: number) {
  return { httpRequest: { status }, textPayload: String(status) };
}

describe("A log exclusion", () => {
  it("is kept by its name, changed in part, and deleted", async () => {
    const { ok, refusal } = startLogging();

    await ok(`POST ${EXCLUSIONS}`, DONE);
    await ok(`PATCH ${EXCLUSIONS}/done?updateMask=description,disabled`, {
      description: "What went well.",
      disabled: true,
    });
    const kept = await ok(`GET ${EXCLUSIONS}/done`);
    const list = await ok(`GET ${EXCLUSIONS}`);
    await ok(`DELETE ${EXCLUSIONS}/done`);

    expect(kept).toEqual({
      ...DONE,
      description: "What went well.",
      disabled: true,
      createTime: NOW,
      updateTime: NOW,
    });
    expect(list).toEqual({ exclusions: [kept] });
    expect(await refusal(`GET ${EXCLUSIONS}/done`)).toMatchObject({ code: 404 });
  });

  it("leaves out what matches it, which metrics count and nobody else is told of", async () => {
    const { ok, say, found, counted, watch } = startLogging();
    const told: unknown[] = [];
    watch("httpRequest.status:*", { status: "EXTRACT(httpRequest.status)" }, ({ status }) => {
      told.push(status);
    });
    await ok("POST /v2/projects/demo/metrics", {
      name: "requests",
      filter: "httpRequest.status:*",
      labelExtractors: { status: "EXTRACT(httpRequest.status)" },
      metricDescriptor: { labels: [{ key: "status" }] },
    });
    await ok(`POST ${EXCLUSIONS}`, DONE);

    say(request(204), "requests");
    say(request(503), "requests");
    say(request(204), "others");

    expect(await found("")).toEqual(["503", "204"]);
    expect(told).toEqual(["503", "204"]);
    expect(counted).toEqual(
      ["204", "503", "204"].map((status) => ["requests", RESOURCE, { status }, undefined, CAME]),
    );
  });

  it("leaves out what comes while it is there and is not disabled", async () => {
    const { ok, say, found } = startLogging();

    say(request(200), "requests");
    await ok(`POST ${EXCLUSIONS}`, DONE);
    say(request(201), "requests");
    await ok(`PATCH ${EXCLUSIONS}/done?updateMask=disabled`, { disabled: true });
    say(request(202), "requests");
    await ok(`PATCH ${EXCLUSIONS}/done?updateMask=disabled,filter`, {
      filter: "httpRequest.status=203",
    });
    say(request(203), "requests");
    say(request(204), "requests");
    await ok(`DELETE ${EXCLUSIONS}/done`);
    say(request(203), "requests");

    expect(await found("")).toEqual(["200", "202", "204", "203"]);
  });

  it("leaves out what a client writes, too", async () => {
    const { ok, found } = startLogging();
    await ok(`POST ${EXCLUSIONS}`, { name: "debug", filter: "severity<INFO" });

    await ok("POST /v2/entries:write", {
      logName: "projects/demo/logs/a",
      resource: RESOURCE,
      entries: [
        { textPayload: "fine", severity: "DEBUG" },
        { textPayload: "bad", severity: "ERROR" },
      ],
    });

    expect(await found("")).toEqual(["bad"]);
  });

  it.each([
    [
      { filter: "a" },
      "Exclusion name '' is not valid; it must match ^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$.",
    ],
    [
      { name: "_a", filter: "a" },
      "Exclusion name '_a' is not valid; it must match ^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$.",
    ],
    [{ name: "a" }, "A filter is required."],
    [{ name: "a", filter: "a =" }, "Unparseable filter: the end is where a value belongs"],
  ])("is refused where it could leave nothing out: %j", async (body, message) => {
    const { refusal } = startLogging();

    expect(await refusal(`POST ${EXCLUSIONS}`, body)).toEqual({
      code: 400,
      status: "INVALID_ARGUMENT",
      message,
    });
  });
});
