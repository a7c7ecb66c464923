import type { Method } from "./method.ts";

/** A method of Google's that the local cloud answers with UNIMPLEMENTED: it knows no more of it than its place. */
export type RefusedMethod = Pick<Method, "name" | "service" | "http">;

/** Where a method is: its verb, and its path beneath a base. */
type Place = string;

/** The methods of a service beneath a base: `{ ListKeys: "GET /keys" }`. */
export function refused(
  service: string,
  base: string,
  methods: Readonly<Record<string, Place | readonly Place[]>>,
): RefusedMethod[] {
  return Object.entries(methods).flatMap(([name, places]) =>
    [places].flat().map((place) => {
      const [verb = "", path = ""] = place.split(" ");
      return { name, service, http: `${verb} ${base}${path}` };
    }),
  );
}
