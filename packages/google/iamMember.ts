/**
 * A member of an IAM policy as IAM compares it: an address is the same in either case; its type is not, nor what a
 * `principal:` names (google-cloud.md 9.2).
 */
export function canonicalMember(member: string): string {
  const [, type, address = ""] = ADDRESSED.exec(member) ?? [];
  return type === undefined ? member : type + address.toLowerCase();
}

const ADDRESSED = /^((?:deleted:)?(?:user|serviceAccount|group|domain):)(.*)$/s;
