import type { Method } from "./method.ts";
import { decodeRest, decodeSegment, parseTemplate, splitPath } from "./pathTemplate.ts";
import type { RefusedMethod } from "./refused.ts";

/** What a verb and a path lead to. */
export type Lookup =
  | { readonly method: Method; readonly params: Readonly<Record<string, string>> }
  /** `notEmulated`: the path is beneath one of Google's that is emulated, and nothing here answers it. */
  | { readonly missing: "unknown" | "notEmulated" };

/**
 * Finds the method of a request. Throws where two methods are in one place.
 *
 * @param refused methods that Google has and nothing here answers: by them another verb of a path that is
 *   emulated is told from one that Google does not have either
 */
export function createRouter(
  methods: readonly Method[],
  refused: readonly RefusedMethod[] = [],
): (verb: string, path: string) => Lookup {
  const root = new Node();
  for (const method of methods) addMethod(root, method, method);
  for (const method of refused) addMethod(root, method, undefined);

  return (verb, path) => {
    const { segments, custom } = splitPath(path);
    const leaf = walk(root, segments, 0, (node) => node.leaves.get(leafKey(verb, custom)));
    if (!leaf) return { missing: whyMissing(root, segments, custom) };
    const params = paramsOf(leaf, segments);
    if (!params) return { missing: "unknown" };
    return leaf.method ? { method: leaf.method, params } : { missing: "notEmulated" };
  };
}

/** A place in the tree of all paths, one level a segment. */
class Node {
  readonly literals = new Map<string, Node>();
  variable: Node | undefined;
  /** Where a variable takes the rest of the path. */
  rest: Node | undefined;
  /** The methods whose path ends here, by verb and custom verb. */
  readonly leaves = new Map<string, Leaf>();
}

interface Leaf {
  /** `undefined` where it is refused. */
  readonly method: Method | undefined;
  readonly variables: readonly {
    readonly name: string;
    readonly index: number;
    readonly isRest: boolean;
  }[];
}

function addMethod(root: Node, place: RefusedMethod, method: Method | undefined): void {
  const { verb, segments, custom } = parseTemplate(place.http);
  let node = root;
  const variables: Leaf["variables"][number][] = [];
  for (const [index, segment] of segments.entries()) {
    if ("literal" in segment) {
      const next = node.literals.get(segment.literal) ?? new Node();
      node.literals.set(segment.literal, next);
      node = next;
    } else {
      const { variable: name, isRest } = segment;
      variables.push({ name, index, isRest });
      node = isRest ? (node.rest ??= new Node()) : (node.variable ??= new Node());
    }
  }
  const key = leafKey(verb, custom);
  const other = node.leaves.get(key)?.method;
  if (other) {
    throw new Error(
      `'${place.http}' of ${place.service} is in the place of '${other.http}' of ${other.service}.`,
    );
  }
  node.leaves.set(key, { method, variables });
}

function leafKey(verb: string, custom: string): string {
  return `${verb}:${custom}`;
}

/** What `found` says of the first place that all segments lead to. A literal goes before a variable. */
function walk<T>(
  node: Node,
  segments: readonly string[],
  index: number,
  found: (node: Node) => T | undefined,
): T | undefined {
  const segment = segments[index];
  if (segment === undefined) return found(node);
  const literal = node.literals.get(segment);
  return (
    (literal && walk(literal, segments, index + 1, found)) ??
    (node.variable && walk(node.variable, segments, index + 1, found)) ??
    (node.rest && found(node.rest))
  );
}

function paramsOf({ variables }: Leaf, segments: readonly string[]) {
  const params: Record<string, string> = {};
  for (const { name, index, isRest } of variables) {
    const value = isRest ? decodeRest(segments.slice(index)) : decodeSegment(segments[index] ?? "");
    if (value === undefined) return undefined;
    params[name] = value;
  }
  return params;
}

/** A version and a collection, such as `/v2/projects`: below it, all paths are Google's. */
const PREFIX_LENGTH = 2;

function whyMissing(
  root: Node,
  segments: readonly string[],
  custom: string,
): "unknown" | "notEmulated" {
  // Google answers another verb of a path like a path that is not there.
  const isOtherVerb = walk(root, segments, 0, ({ leaves }) =>
    [...leaves.keys()].some((key) => key.endsWith(`:${custom}`)) ? true : undefined,
  );
  const isTrick = segments.some((segment) => decodeSegment(segment) === undefined);
  if (isOtherVerb || isTrick) return "unknown";
  const beneath = walk(root, segments.slice(0, PREFIX_LENGTH), 0, () => true);
  return beneath && segments.length >= PREFIX_LENGTH ? "notEmulated" : "unknown";
}
