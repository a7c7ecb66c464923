import { z } from "zod";

/** One thing that the page can ask for. */
export interface Call {
  readonly args: z.ZodType;
  /** Whether it may change something, or shows what is hidden: it is a POST then. */
  readonly changes: boolean;
  run(args: never): unknown;
}

/** A call with the types of its arguments and of its answer. */
export interface TypedCall<Args, Answer> extends Call {
  readonly args: z.ZodType<Args>;
  run(args: Args): Promise<Answer> | Answer;
}

/** The closed list of what the page can ask for, by name. */
export type Calls = Readonly<Record<string, Call>>;

/** A call that changes nothing. */
export function read<Args, Answer>(
  args: z.ZodType<Args>,
  run: (args: Args) => Promise<Answer> | Answer,
): TypedCall<Args, Answer> {
  return { args, changes: false, run };
}

/** A call that may change something. */
export function change<Args, Answer>(
  args: z.ZodType<Args>,
  run: (args: Args) => Promise<Answer> | Answer,
): TypedCall<Args, Answer> {
  return { args, changes: true, run };
}

/** The arguments of a call that takes none. */
export const nothing = z.strictObject({});
/** A name, an id or what somebody typed. */
export const text = z.string().max(2000);
/** What the page calls something that it begins, to ask how far it is. */
export const workSchema = z.string().regex(/^[\w-]{8,40}$/);

/** Minutes of Monitoring's series that are drawn. */
export const SERIES_MINUTES = 60;
