import type { Authority } from "./authority.ts";
import type { Call, Method } from "./method.ts";

/** Does what a caller asks of a method, who must have the permission for it. Throws a `GoogleError` otherwise. */
export function callMethod(
  method: Method,
  call: Call,
  authority: Authority,
): object | Promise<object> {
  if (method.permission) {
    const [permission, resource] = method.permission;
    authority.require(call.member, permission, resource(call));
  }
  return method.handle(call);
}
