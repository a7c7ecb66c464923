/**
 * Changes of `infra/config/names.ts` after which everything has another name in the cloud, as a team may want it.
 * Nothing but the program may have to know.
 */
export const OTHER_NAMES: readonly (readonly [from: string, to: string])[] = [
  ["service: `${stack}-worker", "service: `${stack}-runner"],
  ["invokerAccount: `${stack}-invoker", "invokerAccount: `${stack}-caller"],
  ["repository: `${stack}-worker`", "repository: `${stack}-pictures`"],
  ["return `${stack}-${key}-`", "return `q-${stack}-${key}-`"],
  ["return `${stack}-${key}`", "return `${key}-of-${stack}`"],
];
