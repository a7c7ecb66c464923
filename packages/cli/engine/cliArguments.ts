/** The commands of the CLI that run an operation of the engine, by all their names. */
const OPERATIONS: Readonly<Record<string, string>> = {
  preview: "preview",
  pre: "preview",
  up: "up",
  update: "up",
  refresh: "refresh",
  destroy: "destroy",
  down: "destroy",
  dn: "destroy",
};

/** The global flags that take no value. */
const GLOBAL_WITHOUT_VALUE =
  /^(?:--disable-integrity-checking|-e|--emoji|-Q|--fully-qualify-stack-names|-h|--help|--logflow|--logtostderr|--non-interactive|--version)$/;

/** The operation of the engine that these arguments of the CLI ask for: `destroy` for `down`. */
export function operationOf(args: readonly string[]): string | undefined {
  const command = args.find((arg, index) => !arg.startsWith("-") && !takesValue(args[index - 1]));
  return command !== undefined && Object.hasOwn(OPERATIONS, command)
    ? OPERATIONS[command]
    : undefined;
}

/** Before its command, the CLI takes what follows a flag for the flag's value, unless it knows that it has none. */
function takesValue(arg = ""): boolean {
  return /^(?:-[^-]|--[^=]+)$/.test(arg) && !GLOBAL_WITHOUT_VALUE.test(arg);
}

/** The CLI reads each of its flags from a variable too. */
export const SKIP_PREVIEW_VARIABLE = "PULUMI_OPTION_SKIP_PREVIEW";

/** Whether these arguments of the CLI, or its variable, say `--skip-preview`. The last one counts. */
export function skipsPreview(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return args.flatMap(skipPreviewIn).at(-1) ?? isTrue(environment[SKIP_PREVIEW_VARIABLE]);
}

/** The flag, or its short name, which may stand among others; what follows one that takes a value is the value. */
const SKIP_PREVIEW = /^(?:--skip-preview|-[^-=Ccmpstvx]*f)(?:=(.*))?$/;
const SHORT_AMONG_OTHERS = /^-[^-=Ccmpstvx]*f/;

function skipPreviewIn(arg: string): boolean[] {
  const match = SKIP_PREVIEW.exec(arg);
  if (match) return [match[1] === undefined || isTrue(match[1])];
  return SHORT_AMONG_OTHERS.test(arg) ? [true] : [];
}

/** As Go reads a boolean. */
function isTrue(value: string | undefined): boolean {
  return /^(?:1|t|true)$/i.test(value ?? "");
}
