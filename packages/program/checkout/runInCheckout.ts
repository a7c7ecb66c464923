import { fork } from "node:child_process";

/**
 * Runs a module of ours in a process whose working directory is a checkout, sends it one message and
 * returns its one answer. A process for each run: modules are cached, and Pulumi's runtime keeps its state.
 */
export function runInCheckout(
  checkout: string,
  module: URL,
  request: object,
  environment = withoutTokens(process.env),
): Promise<unknown> {
  const child = fork(module, {
    cwd: checkout,
    env: environment,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.send(request);

  return new Promise((resolve, reject) => {
    let answer: { readonly value: unknown } | undefined;
    child.once("message", (value) => {
      answer = { value };
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (answer) resolve(answer.value);
      else {
        const ended = `The process that evaluates '${checkout}' ended early (${String(signal ?? code)}).`;
        reject(new Error([ended, errors.trim()].join("\n").trim()));
      }
    });
  });
}

/** What a checkout evaluates may be anybody's code: it is given nothing that would be worth reading. */
function withoutTokens(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/TOKEN|SECRET|PASSPHRASE|PASSWORD|CREDENTIAL/i.test(name),
    ),
  );
}
