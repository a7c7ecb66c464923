/**
 * What becomes of a text without quotes that Go's yaml.v3 takes for a point in time: the text in which Go prints it.
 * `undefined` for any other text.
 */
export function goTimestamp(text: string): string | undefined {
  const parts = TIMESTAMP.exec(text)?.groups;
  if (!parts) return undefined;
  // Where a space is between date and time, there is no zone, and else there is.
  if (
    "T t".includes(parts["between"] ?? "-") &&
    (parts["between"] === " ") === (parts["zone"] !== undefined)
  )
    return undefined;
  const { year = "", month = "", day = "", hour = "0", minute = "0", second = "0" } = parts;
  const { fraction = "", zone = "Z" } = parts;
  const numbers = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = numbers;
  const daysInMonth = new Date(Date.UTC(y, m, 0)).getUTCDate();
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth || h > 23 || min > 59 || s > 59) return undefined;
  const [padded, ...others] = numbers.map((one) => String(one).padStart(2, "0"));
  const [mm = "", dd = "", ...time] = others;
  const date = `${(padded ?? "").padStart(4, "0")}-${mm}-${dd}`;
  const decimals = fraction.replace(/0+$/, "");
  const offset = zone.replace(":", "");
  const where = /^[Z+-]0*$/.test(offset) ? "+0000 UTC" : `${offset} ${offset}`;
  return `${date} ${time.join(":")}${decimals === "" ? "" : `.${decimals}`} ${where}`;
}

const TIMESTAMP = new RegExp(
  String.raw`^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})` +
    String.raw`(?:(?<between>[Tt ])(?<hour>\d{1,2}):(?<minute>\d{1,2}):(?<second>\d{1,2})(?:[.,](?<fraction>\d+))?` +
    String.raw`(?<zone>Z|[-+]\d\d:\d\d)?)?$`,
);
