import type { Authority } from "./authority.ts";
import { GoogleError } from "./googleError.ts";
import type { Call, Method } from "./method.ts";

/** Does what a caller asks of a method, who must have the permission for it. Throws a `GoogleError` otherwise. */
export async function callMethod(
  method: Method,
  call: Call,
  authority: Authority,
): Promise<object> {
  method.onCall?.();
  try {
    if (method.permission) {
      const [permission, resource] = method.permission;
      authority.require(call.member, permission, resource(call));
    }
    const answer = await method.handle(call);
    method.onAnswer?.(call, 200);
    return answer;
  } catch (error) {
    method.onAnswer?.(call, error instanceof GoogleError ? error.httpStatus : 500);
    throw error;
  }
}
