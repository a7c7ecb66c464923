import { localEndpoint } from "../../../infra/config/localEndpoint.ts";

describe("The address of the local cloud that a stack is on", () => {
  it.each([
    { api: "http://127.0.0.1:8123/v2/", address: "http://127.0.0.1:8123" },
    { api: "http://localhost:9000/v2/", address: "http://localhost:9000" },
    // Google's own, by another name, and what is none of Google's: the client is told neither.
    { api: "https://cloudtasks.europe-west1.rep.googleapis.com/v2/", address: undefined },
    { api: "https://tasks.internal.example/v2/", address: undefined },
    { api: "ftp://127.0.0.1/v2/", address: undefined },
    { api: "8123", address: undefined },
  ])("is $address where the provider finds Cloud Tasks at '$api'", ({ api, address }) => {
    expect(localEndpoint({ "gcp:cloudTasksCustomEndpoint": api })).toBe(address);
  });

  it("is none for a stack of Google's", () => {
    expect(localEndpoint({ "gcp:region": "europe-west1" })).toBeUndefined();
  });
});
