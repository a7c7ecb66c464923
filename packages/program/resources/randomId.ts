import { randomBytes } from "node:crypto";
import { text, type Properties, type ResourceType } from "./resourceType.ts";

/** `random:index/randomId:RandomId`: bytes that are drawn once and kept. */
export const randomId: ResourceType = {
  replaceOn: ["byteLength", "keepers", "prefix"],
  nameInput: "",
  required: ["byteLength"],
  limits: { byteLength: { min: 1, rule: "1 or more" } },

  async create(inputs, { draw = byChance }) {
    const bytes = draw(inputs, Number(inputs["byteLength"]));
    const prefix = text(inputs, "prefix", "");
    const hex = bytes.toString("hex");
    return {
      id: bytes.toString("base64url"),
      outputs: {
        ...inputs,
        hex: prefix + hex,
        dec: prefix + BigInt(`0x${hex}`).toString(),
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + bytes.toString("base64url"),
      },
    };
  },

  async delete() {
    // It exists only in the state.
  },
};

function byChance(_inputs: Properties, length: number): Buffer {
  return randomBytes(length);
}
