import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey.js";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember.js";
import type { KeyRing } from "@pulumi/gcp/kms/keyRing.js";
import { Bucket } from "@pulumi/gcp/storage/bucket.js";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember.js";
import * as pulumi from "@pulumi/pulumi";

export interface StateStoreArgs {
  project: string;
  location: string;
  /** The name of the bucket, of which there is one in the world. */
  bucketName: string;
  keyRing: KeyRing;
}

/**
 * Where one environment's state is kept, and the key that its secrets are encrypted with. Each environment
 * has its own: who previews one reads nothing of another.
 */
export class StateStore extends pulumi.ComponentResource {
  /** What `pulumi login` is given. */
  readonly backendUrl: pulumi.Output<string>;
  /** What `pulumi stack init --secrets-provider` is given. */
  readonly secretsProvider: pulumi.Output<string>;
  readonly #name: string;
  readonly #bucket: Bucket;
  readonly #key: CryptoKey;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks-bootstrap:state:StateStore", name, {}, opts);
    const { project, location, bucketName, keyRing } = args;

    this.#name = name;
    this.#bucket = new Bucket(
      name,
      {
        project,
        location,
        name: bucketName,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        // A retention policy would keep Pulumi from writing its state anew; what is deleted is kept instead.
        softDeletePolicy: { retentionDurationSeconds: 30 * DAY_SECONDS },
        lifecycleRules: [
          {
            action: { type: "Delete" },
            condition: { numNewerVersions: 100, daysSinceNoncurrentTime: 90 },
          },
        ],
        forceDestroy: false,
      },
      { parent: this, protect: true, dependsOn: opts?.dependsOn ?? [] },
    );
    this.#key = new CryptoKey(
      name,
      {
        name,
        keyRing: keyRing.id,
        purpose: "ENCRYPT_DECRYPT",
        rotationPeriod: `${90 * DAY_SECONDS}s`,
        destroyScheduledDuration: `${30 * DAY_SECONDS}s`,
      },
      { parent: this, protect: true },
    );
    this.backendUrl = pulumi.interpolate`gs://${this.#bucket.name}`;
    this.secretsProvider = pulumi.interpolate`gcpkms://${this.#key.id}`;

    this.registerOutputs({ backendUrl: this.backendUrl, secretsProvider: this.secretsProvider });
  }

  /** Lets `member` deploy: read and write the state, encrypt and decrypt secrets. */
  grantDeploy(suffix: string, member: pulumi.Input<string>): void {
    this.#grant(suffix, member, {
      bucket: "roles/storage.objectUser",
      key: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    });
  }

  /** Lets `member` preview: read the state, decrypt secrets. */
  grantPreview(suffix: string, member: pulumi.Input<string>): void {
    this.#grant(suffix, member, {
      bucket: "roles/storage.objectViewer",
      key: "roles/cloudkms.cryptoKeyDecrypter",
    });
  }

  #grant(
    suffix: string,
    member: pulumi.Input<string>,
    roles: { readonly bucket: string; readonly key: string },
  ): void {
    new BucketIAMMember(
      `${this.#name}-${suffix}`,
      { bucket: this.#bucket.name, role: roles.bucket, member },
      { parent: this },
    );
    new CryptoKeyIAMMember(
      `${this.#name}-${suffix}`,
      { cryptoKeyId: this.#key.id, role: roles.key, member },
      { parent: this },
    );
  }
}

const DAY_SECONDS = 24 * 60 * 60;
