import { randomUUID } from "node:crypto";
import type { ResourceType } from "./resourceType.ts";

/** `random:index/randomUuid7:RandomUuid7`: an id that begins with the time at which it was made, and is kept. */
export const randomUuid7: ResourceType = {
  replaceOn: ["keepers"],
  nameInput: "",

  async create(inputs) {
    const result = uuid7(Date.now());
    return { id: result, outputs: { ...inputs, result } };
  },

  async delete() {
    // It exists only in the state.
  },
};

/** RFC 9562: 48 bits of the time in milliseconds, the version, and chance. */
function uuid7(now: number): string {
  const time = now.toString(16).padStart(12, "0");
  const [, , , variant = "", rest = ""] = randomUUID().split("-");
  const chance = randomUUID().slice(0, 3);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance}-${variant}-${rest}`;
}
