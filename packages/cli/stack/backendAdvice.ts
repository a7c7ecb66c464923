/** Says what to do where the Pulumi CLI cannot read a stack from its backend; `undefined` where its own words must do. */
export function backendAdvice(stack: string, errors: string): string | undefined {
  return ADVICE.find(({ on }) => on.test(errors))?.say(stack);
}

/** What the CLI says where nobody is logged in to its backend. */
export const NO_LOGIN = /PULUMI_ACCESS_TOKEN must be set|not logged in/i;

export const LOGIN_ADVICE =
  "Nobody is logged in to the backend that keeps the state. Run 'pulumi login <backend>', such as " +
  "'pulumi login gs://my-bucket'; where nobody can, as in a job, set PULUMI_BACKEND_URL, or PULUMI_ACCESS_TOKEN for " +
  "Pulumi Cloud.";

/** A line that says that an address was not reached. */
export const UNREACHABLE =
  /.*(?:no such host|connection refused|ECONNREFUSED|i\/o timeout|fetch failed).*/;

/** The first that fits is given. */
const ADVICE: readonly {
  readonly on: RegExp;
  readonly say: (stack: string) => string;
}[] = [
  {
    on: /passphrase must be set/,
    say: (stack) =>
      `The secrets of stack '${stack}' are encrypted with a passphrase, and none is given. Set ` +
      "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, and run the command again.",
  },
  {
    on: /incorrect passphrase/,
    say: (stack) =>
      `The passphrase in PULUMI_CONFIG_PASSPHRASE is not the one that the secrets of stack '${stack}' ` +
      "are encrypted with. Set the right one and run the command again.",
  },
  { on: NO_LOGIN, say: () => LOGIN_ADVICE },
  {
    on: /missing google credentials|could not find default credentials/,
    say: () =>
      "Google, or the backend that keeps the state there, wants a login. Run " +
      "'gcloud auth application-default login'.",
  },
  {
    on: UNREACHABLE,
    say: () =>
      "An address that is needed cannot be reached. Check the network, the backend (PULUMI_BACKEND_URL) " +
      "and the endpoints in the stack's file, and run the command again.",
  },
];
