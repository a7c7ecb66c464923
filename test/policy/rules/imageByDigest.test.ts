import { imageByDigest } from "../../../policy/rules/imageByDigest.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const IMAGE = "europe-west1-docker.pkg.dev/my-project/test-worker/worker";
const DIGEST = `${IMAGE}@sha256:${"0a".repeat(32)}`;
const service = (image: string) =>
  resource(SERVICE, "worker", { template: { containers: [{ image }] } });

testRule(imageByDigest, {
  accepts: {
    "an image by digest": [service(DIGEST)],
    "the same, written for version 1 of the API": [
      resource("gcp:cloudrun/service:Service", "worker", {
        template: { spec: { containers: [{ image: DIGEST }] } },
      }),
    ],
  },
  refuses: {
    "an image by tag, without one, and by half a digest": {
      resources: [service(`${IMAGE}:latest`), service(IMAGE), service(`${IMAGE}@sha256:0a0a`)],
      messages: [`${IMAGE}:latest`, IMAGE, `${IMAGE}@sha256:0a0a`].map(
        (image) =>
          `Service 'worker' has image '${image}', and a tag may name another one tomorrow; name it by digest, ` +
          "'…@sha256:…'.",
      ),
    },
  },
});
