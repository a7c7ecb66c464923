/**
 * Changes of `infra/config/names.ts` after which everything has another name in the cloud, as a team may want it.
 * Nothing but the program may have to know.
 */
export const OTHER_NAMES: readonly (readonly [from: string, to: string])[] = [
  ["service: `${base(naming)}-worker", "service: `${base(naming)}-runner"],
  ["invokerAccount: `${base(naming)}-invoker", "invokerAccount: `${base(naming)}-caller"],
  ["repository: `${base(naming)}-worker`", "repository: `${base(naming)}-pictures`"],
  ["return `${base(naming)}-${key}-`", "return `q-${base(naming)}-${key}-`"],
  ["return `${base(naming)}-${key}`", "return `${key}-of-${base(naming)}`"],
];
