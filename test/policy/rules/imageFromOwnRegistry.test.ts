import { imageFromOwnRegistry } from "../../../policy/rules/imageFromOwnRegistry.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const DIGEST = `worker@sha256:${"0a".repeat(32)}`;
const service = (image: string, project = "my-project") =>
  resource(SERVICE, "worker", { project, template: { containers: [{ image }] } });
const FOREIGN = `europe-west1-docker.pkg.dev/their-project/images/${DIGEST}`;
const HUB = `docker.io/library/${DIGEST}`;
const refusal = (image: string) =>
  `Service 'worker' has image '${image}'; copy it to Artifact Registry in project 'my-project', or add its ` +
  "registry to the rule's setting 'registries'.";

testRule(imageFromOwnRegistry, {
  accepts: {
    "an image of the project's own": [
      service(`europe-west1-docker.pkg.dev/my-project/test-worker/${DIGEST}`),
      service(`europe-docker.pkg.dev/my-project/dev-worker/${DIGEST}`),
    ],
  },
  refuses: {
    "an image of another project, and one of another registry": {
      resources: [service(FOREIGN), service(HUB)],
      messages: [refusal(FOREIGN), refusal(HUB)],
    },
    "a registry that only looks like the project's": {
      resources: [service(`evil.example/europe-west1-docker.pkg.dev/my-project/${DIGEST}`)],
      messages: [refusal(`evil.example/europe-west1-docker.pkg.dev/my-project/${DIGEST}`)],
    },
  },
});

describe("image-from-own-registry, told of another registry", () => {
  it("accepts images whose names begin so", () => {
    const registries = ["docker.io/library/"];

    expect(imageFromOwnRegistry.check(service(HUB), { registries })).toEqual([]);
    expect(imageFromOwnRegistry.check(service(FOREIGN), { registries })).toHaveLength(1);
  });
});
