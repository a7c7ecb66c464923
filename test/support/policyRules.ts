import { evaluate } from "../../policy/evaluate.ts";
import { UNKNOWN, type Resource } from "../../policy/resource.ts";
import type { Rule } from "../../policy/rule.ts";
import { changed } from "../fixtures/policy/breaches.ts";

/** What a rule makes of resources: by what they are, in words. */
interface RuleCases {
  readonly accepts: Readonly<Record<string, readonly Resource[]>>;
  readonly refuses: Readonly<Record<string, Refusal>>;
}

interface Refusal {
  readonly resources: readonly Resource[];
  readonly messages: readonly string[];
}

/** The tests of a rule: what it accepts, what it refuses, and that it does not judge what is not known. */
// eslint-disable-next-line jest/no-export -- The tests of every rule are these; its file has the cases.
export function testRule(rule: Rule, { accepts, refuses }: RuleCases): void {
  const messagesOn = (resources: readonly Resource[]): string[] =>
    evaluate(resources, {}, [rule]).map(({ message }) => message);

  describe.each([rule.name])("%s", () => {
    it.each(Object.keys(accepts))("accepts %s", (words) => {
      expect(messagesOn(accepts[words]!)).toEqual([]);
    });

    it.each(Object.keys(refuses))("refuses %s", (words) => {
      const { resources, messages } = refuses[words]!;

      expect(messagesOn(resources)).toEqual(messages);
    });

    it.each(Object.keys(accepts))(
      "finds nothing wrong where a preview knows less of %s",
      (words) => {
        for (const resources of withUnknowns(accepts[words]!)) {
          expect(messagesOn(resources)).toEqual([]);
        }
      },
    );
  });
}

/** The same resources with one value of one of them, at any depth, not known; and with none known at all. */
function withUnknowns(resources: readonly Resource[]): Resource[][] {
  const one = resources.flatMap((known, i) =>
    places(known.properties).map((place) => resources.with(i, forget(known, place))),
  );
  const none = resources.map((known) =>
    Object.keys(known.properties).reduce((less, key) => forget(less, [key]), known),
  );
  return [...one, none];
}

function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inner =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, one]) => places(one, [...path, key]))
      : [];
  return path.length === 0 ? inner : [path, ...inner];
}

function forget(known: Resource, path: readonly string[]): Resource {
  return {
    ...known,
    properties: changed(known.properties, path, UNKNOWN) as Record<string, unknown>,
  };
}
