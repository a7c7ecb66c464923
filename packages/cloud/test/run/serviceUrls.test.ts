import { serviceUrls } from "../../run/serviceUrls.ts";

const PROJECT = { name: "p", number: "123456789012" };

describe("The addresses of a service (G 5.4)", () => {
  it("are of both of Cloud Run's forms, and always the same", () => {
    const { uri, urls } = serviceUrls("worker", PROJECT, "europe-west1");

    expect(uri).toMatch(/^https:\/\/worker-[a-z]{10}-ew\.a\.run\.app$/);
    expect(urls).toEqual(["https://worker-123456789012.europe-west1.run.app", uri]);
    expect(serviceUrls("worker", PROJECT, "europe-west1").uri).toBe(uri);
  });

  it("differ by project and by region, known or not", () => {
    const { uri } = serviceUrls("worker", PROJECT, "europe-west1");

    expect(serviceUrls("worker", { ...PROJECT, name: "q" }, "europe-west1").uri).not.toBe(uri);
    expect(serviceUrls("worker", PROJECT, "moon-north1").uri).toMatch(
      /^https:\/\/worker-[a-z]{10}-[a-z]{2}\.a\.run\.app$/,
    );
  });

  it("fit a DNS label for the longest name", () => {
    const { urls } = serviceUrls("w".repeat(49), PROJECT, "europe-west1");

    const labels = urls.map((url) => new URL(url).hostname.split(".")[0]);
    expect(labels.map((label) => label?.length)).toEqual([62, 63]);
  });
});
