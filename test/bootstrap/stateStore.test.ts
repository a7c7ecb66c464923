import { KeyRing } from "@pulumi/gcp/kms/keyRing.js";
import { StateStore } from "../../bootstrap/stateStore.ts";
import { allRegistrations, noteOptions, startDeployment, valueOf } from "../support/pulumi.ts";

async function makeStore() {
  await startDeployment();
  const { options, opts } = noteOptions();
  const keyRing = new KeyRing("pulumi", { location: "europe-west1", name: "pulumi" });
  const args = { project: "octo-ci", location: "europe-west1", bucketName: "octo-state", keyRing };
  return { store: new StateStore("dev", args, opts), options };
}

describe("StateStore", () => {
  it("cannot be deleted by mistake", async () => {
    const { options } = await makeStore();

    await allRegistrations();
    expect(options.get("Bucket dev")?.protect).toBe(true);
    expect(options.get("CryptoKey dev")?.protect).toBe(true);
  });

  it("says where Pulumi logs in and what it encrypts with", async () => {
    const { store } = await makeStore();

    expect(await valueOf(store.backendUrl)).toBe("gs://octo-state");
    expect(await valueOf(store.secretsProvider)).toBe("gcpkms://dev-id");
  });

  it("lets a previewer read and decrypt, and a deployer also write and encrypt", async () => {
    const { store } = await makeStore();
    store.grantDeploy("deployer", "serviceAccount:d");
    store.grantPreview("previewer", "serviceAccount:p");

    const all = await allRegistrations();
    const grants = all
      .filter(({ inputs }) => "role" in inputs)
      .map(({ inputs: { bucket, cryptoKeyId, role, member } }) =>
        [member, role, bucket ?? cryptoKeyId].join(" "),
      );
    expect(grants.sort()).toEqual([
      "serviceAccount:d roles/cloudkms.cryptoKeyEncrypterDecrypter dev-id",
      "serviceAccount:d roles/storage.objectUser octo-state",
      "serviceAccount:p roles/cloudkms.cryptoKeyDecrypter dev-id",
      "serviceAccount:p roles/storage.objectViewer octo-state",
    ]);
  });
});
