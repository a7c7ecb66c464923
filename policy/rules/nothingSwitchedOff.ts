import { ACCOUNT, SECRET, titleOf, UNKNOWN } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing } from "../values.ts";

const VERSION = "gcp:secretmanager/secretVersion:SecretVersion";
const API = "gcp:projects/service:Service";

export const nothingSwitchedOff: ResourceRule = {
  kind: "resource",
  name: "nothing-switched-off",
  severity: "mandatory",
  description:
    "What a stack has works for as long as it is there: accounts and the versions of secrets are enabled, secrets do not " +
    "expire, and a stack that is destroyed switches no API off that others in the project use.",
  types: [ACCOUNT, SECRET, VERSION, API],
  check(resource) {
    return SWITCHES.flatMap(({ type, key, isRight, advice }) => {
      const value = at(resource.properties, key);
      if (type !== resource.type || value === UNKNOWN || isRight(value)) return [];
      const has = isMissing(value) ? `no '${key}'` : `'${key}' '${String(value)}'`;
      return [`${titleOf(resource)} has ${has}; ${advice}.`];
    });
  },
};

const isNot = (wrong: boolean) => (value: unknown) => value !== wrong;

const SWITCHES = [
  { type: ACCOUNT, key: "disabled", isRight: isNot(true), advice: "remove it" },
  { type: VERSION, key: "enabled", isRight: isNot(false), advice: "remove it" },
  { type: SECRET, key: "ttl", isRight: isMissing, advice: "remove it" },
  { type: SECRET, key: "expireTime", isRight: isMissing, advice: "remove it" },
  {
    type: API,
    key: "disableOnDestroy",
    isRight: (value: unknown) => value === false,
    advice: "set it to 'false'",
  },
  { type: API, key: "disableDependentServices", isRight: isNot(true), advice: "remove it" },
];
