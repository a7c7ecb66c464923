import { ALERT_POLICY } from "../alertPolicies.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, texts } from "../values.ts";

/** Labels whose values people write in more than one way, and Google in none. */
const UNCONFIRMED = ["response_code"];

export const alertLabelsConfirmed: ResourceRule = {
  kind: "resource",
  name: "alert-labels-confirmed",
  severity: "mandatory",
  description:
    "No alert asks for a label of a metric whose values Google does not document, `response_code` of Cloud Tasks: it " +
    "would be silent for ever.",
  types: [ALERT_POLICY],
  check(policy) {
    const questions = texts(at(policy.properties, "conditions")).map(({ value }) => value);
    return UNCONFIRMED.filter((label) => questions.some((text) => asks(text, label))).map(
      (label) =>
        `${titleOf(policy)} asks for '${label}', whose values are not documented; count the entries of a log instead.`,
    );
  },
};

function asks(question: string, label: string): boolean {
  return question.split(/\W+/).includes(label);
}
