import { z } from "zod";
import { docker, dockerOutput } from "@background-tasks/program/image/docker.ts";

/** A container that runs the worker's image, with nothing but loopback for a network. */
export interface Container extends AsyncDisposable {
  /** The user that the worker runs as. */
  user(): Promise<number>;
  /** Calls the worker from inside its container, and returns the status that it answers. */
  request(
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<number>;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<{ readonly ms: number; readonly exitCode: number }>;
}

const PORT = 8080;
/** Twice as long as Cloud Run waits: a worker that is too slow shows by how much. */
const STOP_SECONDS = 20;

/**
 * Starts a container as Cloud Run might at its strictest: the root file system is read-only, and the
 * process can gain no rights.
 */
export async function startContainer(
  image: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Container> {
  const variables = Object.entries({ ...environment, PORT: String(PORT) });
  const id = await docker([
    ...["create", "--network", "none", "--read-only"],
    ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...variables.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    image,
  ]);
  const remove = async (): Promise<void> => {
    await docker(["rm", "--force", "--volumes", id]);
  };
  let entrypoint: string[];
  try {
    const inspected = await docker(["inspect", "--format", "{{json .Config.Entrypoint}}", id]);
    entrypoint = z.array(z.string()).parse(JSON.parse(inspected));
    await docker(["start", id]);
  } catch (error) {
    await remove();
    throw error;
  }

  /** Runs Node in the container. It is the only program there. */
  async function node(...args: string[]): Promise<string> {
    try {
      return await docker(["exec", id, ...entrypoint, ...args], signal);
    } catch (error) {
      signal.throwIfAborted();
      const { stdout, stderr } = await dockerOutput(["logs", id]);
      throw new Error(`The worker does not run in its container. Its log:\n${stdout}${stderr}`, {
        cause: error,
      });
    }
  }

  return {
    async user() {
      return Number(await node("--print", 'fs.statSync("/proc/1").uid'));
    },
    async request(method, path, headers = {}) {
      const call = { url: `http://127.0.0.1:${PORT}${path}`, method, headers };
      return Number(await node("--eval", `(${CALL})(${JSON.stringify(call)})`));
    },
    async stop() {
      const start = performance.now();
      await docker(["stop", "-t", String(STOP_SECONDS), id]);
      const ms = performance.now() - start;
      const exitCode = Number(await docker(["inspect", "--format", "{{.State.ExitCode}}", id]));
      return { ms, exitCode };
    },
    [Symbol.asyncDispose]: remove,
  };
}

/** Run in the container: it calls until the worker listens, and prints the status. 0 is no answer. */
const CALL = `async ({ url, ...request }) => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return console.log((await fetch(url, request)).status);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  console.log(0);
}`;
