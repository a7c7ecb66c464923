import { destinationOf } from "../../server/requestGuard.ts";

describe("destinationOf", () => {
  it.each([
    { host: "127.0.0.1:8123", to: "api", hostname: "127.0.0.1" },
    { host: "127.0.0.1", to: "api", hostname: "127.0.0.1" },
    { host: "LOCALHOST:8123", to: "api", hostname: "localhost" },
    { host: "[::1]:8123", to: "api", hostname: "[::1]" },
    { host: "cloudtasks.googleapis.com", to: "api", hostname: "cloudtasks.googleapis.com" },
    { host: "worker-x1.a.run.app", to: "door", hostname: "worker-x1.a.run.app" },
    {
      host: "Worker-1.europe-west1.run.app:8124",
      to: "door",
      hostname: "worker-1.europe-west1.run.app",
    },
  ])("sends $host to the $to", ({ host, to, hostname }) => {
    expect(destinationOf(host, {})).toEqual({ to, hostname });
  });

  it.each([
    "evil.example",
    "evil.example:8123",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "localhost.",
    "192.168.0.10:8123",
    "run.app",
    "run.app.evil.example",
    "xrun.app",
    "googleapis.com.evil.example",
    "",
  ])("refuses Host '%s'", (host) => {
    expect(destinationOf(host, {})).toEqual({
      refusal: `Host '${host}' is not the local cloud's. Allowed: 127.0.0.1, localhost, [::1], *.googleapis.com and *.run.app.`,
    });
  });

  it("refuses a request without a Host", () => {
    expect(destinationOf(undefined, {})).toHaveProperty("refusal");
  });

  it.each([
    { host: "127.0.0.1:8123", origin: "http://127.0.0.1:8123" },
    { host: "localhost:8123", origin: "http://localhost:8123" },
    { host: "a.run.app", origin: "https://a.run.app" },
  ])("accepts $origin at $host", ({ host, origin }) => {
    expect(destinationOf(host, { origin })).toHaveProperty("to");
  });

  it.each(["https://evil.example", "http://localhost:3000", "null", "https://127.0.0.1:8123", ""])(
    "refuses Origin '%s'",
    (origin) => {
      expect(destinationOf("127.0.0.1:8123", { origin })).toEqual({
        refusal: `Origin '${origin}' is not the local cloud's. Allowed: 'http://127.0.0.1:8123', or no Origin header at all.`,
      });
    },
  );

  it.each(["127.0.0.1:8123", "cloudtasks.googleapis.com", "a.run.app"])(
    "refuses what a page of another site, or of another port, has %s sent without an Origin",
    (host) => {
      for (const site of [
        "cross-site",
        "same-site",
        "same-origin, cross-site",
        "Same-Origin",
        "",
      ]) {
        expect(destinationOf(host, { "sec-fetch-site": site })).toEqual({
          refusal: `A web page from elsewhere sends it: Sec-Fetch-Site is '${site}'. Allowed: 'same-origin', 'none', or no such header at all.`,
        });
      }
    },
  );

  it.each(["same-origin", "none"])("accepts Sec-Fetch-Site '%s'", (site) => {
    const headers = { origin: "http://127.0.0.1:8123", "sec-fetch-site": site };
    expect(destinationOf("127.0.0.1:8123", headers)).toHaveProperty("to");
  });
});
