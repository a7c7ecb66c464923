/** A cron expression, parsed: the values at which each field fires. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** Both day fields are restricted: a day that matches either is enough. */
  readonly eitherDay: boolean;
}

/**
 * Parses a cron expression of Cloud Scheduler: five fields of `*`, values, ranges, steps and lists, with
 * upper-case names for months and days of the week. Throws with the reason, which follows a colon.
 * https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function parseCron(expression: string): Cron {
  if (expression.length > MAX_LENGTH) {
    throw new Error(
      `it has ${expression.length} characters; every schedule can be told in ${MAX_LENGTH}`,
    );
  }
  const texts = expression.trim().split(/\s+/);
  const names = Object.values(FIELDS).map(({ name }) => name);
  if (texts.length !== names.length) {
    throw new Error(
      `it has ${texts.length} field${texts.length === 1 ? "" : "s"}; Cloud Scheduler takes five: ${names.join(", ")}`,
    );
  }
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = ""] = texts;
  const daysOfWeek = parseField(dayOfWeek, FIELDS.dayOfWeek);
  // 7 is Sunday too.
  if (daysOfWeek.delete(7)) daysOfWeek.add(0);
  const cron: Cron = {
    minutes: parseField(minute, FIELDS.minute),
    hours: parseField(hour, FIELDS.hour),
    daysOfMonth: parseField(dayOfMonth, FIELDS.dayOfMonth),
    months: parseField(month, FIELDS.month),
    daysOfWeek,
    eitherDay: dayOfMonth !== "*" && dayOfWeek !== "*",
  };
  if (!cron.eitherDay && !hasDay(cron)) throw new Error("none of its months has that day");
  return cron;
}

/** Whether the expression fires at this minute of wall-clock time, told as if it were UTC. */
export function firesAt(cron: Cron, wallClock: Date): boolean {
  const isDayOfMonth = cron.daysOfMonth.has(wallClock.getUTCDate());
  const isDayOfWeek = cron.daysOfWeek.has(wallClock.getUTCDay());
  return (
    cron.minutes.has(wallClock.getUTCMinutes()) &&
    cron.hours.has(wallClock.getUTCHours()) &&
    cron.months.has(wallClock.getUTCMonth() + 1) &&
    (cron.eitherDay ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek)
  );
}

/** Every value of every field, one by one, takes less than half of it. */
const MAX_LENGTH = 1000;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
}

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

const FIELDS = {
  minute: { name: "minute", min: 0, max: 59 },
  hour: { name: "hour", min: 0, max: 23 },
  dayOfMonth: { name: "day of month", min: 1, max: 31 },
  month: { name: "month", min: 1, max: 12, names: MONTHS },
  dayOfWeek: { name: "day of week", min: 0, max: 7, names: DAYS },
} satisfies Record<string, Field>;

function parseField(text: string, field: Field): Set<number> {
  return new Set(text.split(",").flatMap((part) => parsePart(part, field)));
}

const PART = /^(?:(\*)|([^*/-]+)(?:-([^*/-]+))?)(?:\/([^*/-]+))?$/;

function parsePart(part: string, field: Field): number[] {
  const [, all, first, last, stepText] = PART.exec(part) ?? [];
  const { name, min, max } = field;
  if (all === undefined && first === undefined) {
    throw new Error(`${name} '${part}' is not '*', a value, a range or a step`);
  }
  if (stepText !== undefined && all === undefined && last === undefined) {
    throw new Error(
      `${name} '${part}' has a step without a range; write '${String(first)}-${max}/${stepText}'`,
    );
  }
  const step = stepText === undefined ? 1 : wholeNumber(stepText);
  if (step === undefined || step < 1 || step > max) {
    throw new Error(`${name} '${part}' has step '${String(stepText)}', which is outside 1-${max}`);
  }

  const from = first === undefined ? min : parseValue(first, field);
  // A week told as '*' has seven days, though Sunday has two numbers.
  const end = name === "day of week" ? 6 : max;
  const to = last !== undefined ? parseValue(last, field) : first !== undefined ? from : end;
  if (last !== undefined && from >= to) {
    throw new Error(`${name} '${part}' is a range that does not go up`);
  }
  const values = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

function parseValue(text: string, { name, min, max, names = [] }: Field): number {
  const index = names.indexOf(text);
  if (index >= 0) return min + index;
  const value = wholeNumber(text);
  if (value === undefined) {
    const hint = names.length > 0 ? ` or a name, such as '${String(names[1])}'` : "";
    throw new Error(`${name} '${text}' is not a number${hint}`);
  }
  if (value < min || value > max) throw new Error(`${name} ${value} is outside ${min}-${max}`);
  return value;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function hasDay({ months, daysOfMonth }: Cron): boolean {
  const firstDay = Math.min(...daysOfMonth);
  return [...months].some((month) => firstDay <= (DAYS_IN_MONTH[month - 1] ?? 0));
}
