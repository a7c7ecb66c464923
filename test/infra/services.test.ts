import { Services } from "../../infra/services.ts";
import {
  allRegistrations,
  dependenciesOf,
  inputsOf,
  noteOptions,
  startDeployment,
  valueOf,
} from "../support/pulumi.ts";

describe("Services", () => {
  beforeEach(() => startDeployment());

  it("enables the eight APIs that the program uses, and never disables one", async () => {
    new Services("services");

    const all = await allRegistrations();
    const enabled = all.filter(({ type }) => type === "gcp:projects/service:Service");
    expect(enabled.map(({ name, inputs }) => ({ name, inputs }))).toEqual(
      [
        ...["artifactregistry", "cloudscheduler", "cloudtasks", "iam"],
        ...["logging", "monitoring", "run", "secretmanager"],
      ].map((api) => ({
        name: `services-${api}`,
        inputs: { service: `${api}.googleapis.com`, disableOnDestroy: false },
      })),
    );
  });

  it("enables what a stack uses besides, under names of their own", async () => {
    new Services("services", { apis: ["sqladmin"] });

    expect(await inputsOf("Service", "services-sqladmin")).toEqual({
      service: "sqladmin.googleapis.com",
      disableOnDestroy: false,
    });
  });

  it("makes sure of the Cloud Tasks service agent once its API is enabled", async () => {
    const { options, opts } = noteOptions();

    const services = new Services("services", {}, opts);

    expect(await inputsOf("ServiceIdentity", "services-cloudtasks-agent")).toEqual({
      service: "cloudtasks.googleapis.com",
    });
    expect(await valueOf(services.cloudTasksAgent)).toBe(
      "serviceAccount:service-1@gcp-sa-cloudtasks.iam.gserviceaccount.com",
    );
    expect(
      await dependenciesOf(options.get("ServiceIdentity services-cloudtasks-agent")),
    ).toContain("Service services-cloudtasks");
  });
});
