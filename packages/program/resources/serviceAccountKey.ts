import type { ResourceType } from "./resourceType.ts";

/**
 * `gcp:serviceaccount/key:Key`, which no program here should have: the policy refuses it. It is known so that a
 * preview gets as far as the policy.
 */
export const serviceAccountKey: ResourceType = {
  replaceOn: ["serviceAccountId", "keyAlgorithm", "privateKeyType", "publicKeyType"],
  nameInput: "",
  required: ["serviceAccountId"],

  async create() {
    throw new Error(
      "The local cloud makes no keys of service accounts: what runs there needs none.",
    );
  },

  async delete() {
    // There is none.
  },
};
