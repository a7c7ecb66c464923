/** A limit on settings that go together, in the words of the service that keeps it. */
export interface JointLimit<Settings> {
  /** The settings that it joins; first the one that the words are about. */
  readonly joins: readonly (keyof Settings & string)[];
  /** What the service says of settings that do not go together; `undefined` of those that do. */
  readonly refusal: (settings: Settings) => string | undefined;
}

/** The limits that settings do not keep, each with what the service says of it. */
export function brokenLimits<Settings>(
  limits: readonly JointLimit<Settings>[],
  settings: Settings,
): { readonly joins: JointLimit<Settings>["joins"]; readonly refusal: string }[] {
  return limits.flatMap(({ joins, refusal }) => {
    const said = refusal(settings);
    return said === undefined ? [] : [{ joins, refusal: said }];
  });
}
