import { connectCloudTasks } from "../../../tasks/client/cloudTasks.ts";
import { endpointProblem, readEndpoint } from "../../../tasks/contract/endpoint.ts";

describe("readEndpoint", () => {
  it.each([
    { text: "http://127.0.0.1:8123", endpoint: { url: "http://127.0.0.1:8123", isLocal: true } },
    { text: "http://localhost:8123/", endpoint: { url: "http://localhost:8123", isLocal: true } },
    { text: "http://[::1]:8123", endpoint: { url: "http://[::1]:8123", isLocal: true } },
    { text: "http://127.1.2.3", endpoint: { url: "http://127.1.2.3", isLocal: true } },
    {
      text: "https://cloudtasks.googleapis.com/",
      endpoint: { url: "https://cloudtasks.googleapis.com", isLocal: false },
    },
  ])("takes $text", ({ text, endpoint }) => {
    expect(readEndpoint(text)).toEqual(endpoint);
  });

  it.each([
    "http://cloudtasks.googleapis.com",
    "https://googleapis.com.example.com",
    "https://evilgoogleapis.com",
    "https://example.com",
    "http://127.0.0.1.example.com",
    "http://127.0.0.1@example.com",
    "http://localhost.example.com",
    "http://0.0.0.0:8123",
    "https://user:password@cloudtasks.googleapis.com",
    "http://127.0.0.1:8123?to=https://example.com",
    "ftp://127.0.0.1",
    "127.0.0.1:8123",
    "",
  ])("does not take '%s'", (text) => {
    expect(readEndpoint(text)).toBeUndefined();
  });
});

describe("endpointProblem", () => {
  it.each([
    { text: "localhost:8123", says: "'localhost:8123' must begin with 'http://' or 'https://'" },
    { text: "127.0.0.1:8123", says: "'127.0.0.1:8123' must begin with 'http://' or 'https://'" },
    { text: "a:b@127.0.0.1", says: "'…@127.0.0.1' must begin with 'http://' or 'https://'" },
    {
      text: "ftp://a:b@127.0.0.1",
      says: "'ftp://…@127.0.0.1' must begin with 'http://' or 'https://'",
    },
    {
      text: "http://cloudtasks.googleapis.com",
      says:
        "'http://cloudtasks.googleapis.com' must begin with 'https://': credentials go to Google in no " +
        "other way",
    },
    {
      text: "http://mail.example.com",
      says:
        "'http://mail.example.com' is sent no credentials; only loopback and, over https, hosts under " +
        "googleapis.com are",
    },
  ])("says of '$text' which scheme or host is right", ({ text, says }) => {
    expect(endpointProblem(text)).toBe(says);
  });
});

describe("connectCloudTasks", () => {
  it("refuses an endpoint that credentials may not be sent to", () => {
    expect(() => connectCloudTasks({ endpoint: "https://example.com" })).toThrow(
      "Endpoint of Cloud Tasks: 'https://example.com' is sent no credentials; only loopback and, over https, hosts under googleapis.com are.",
    );
  });
});
