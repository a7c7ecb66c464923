import type { OwnAnswers } from "@background-tasks/cloud/server/ownAnswers.ts";
import type { Contract } from "../../../tasks/contract/contract.ts";
import type { Mail } from "@background-tasks/cloud/network/smtpSink.ts";
import type { ConsoleContext, LocalContext, ReceivedMail } from "./server/context.ts";
import { localConsoleLink, localConsoleToken } from "./token.ts";

/** Mails that the console shows, at the most. */
const MOST_MAILS = 100;

/** The project that is deployed there. */
export interface LocalProject extends Pick<LocalContext, "framesOf">, Pick<ConsoleContext, "say"> {
  /** Its contract, as it is deployed. */
  readonly contract: () => Promise<Contract>;
}

/** The cloud that a console is of. */
export interface ConsoleCloud {
  readonly endpoint: string;
  readonly deployToken: string;
  readonly clock: { readonly now: () => number };
}

/** The console of `npm start`: on the port of the local cloud, beside Google's API. */
export interface LocalConsole {
  /** What the local cloud is given, before there is one. */
  readonly ownAnswer: OwnAnswers;
  /** Told of each mail. */
  readonly onMail: (mail: Mail) => void;
  /** The link to a view; `undefined` before there is a cloud. */
  linkTo(view: string): string | undefined;
  /** Told of the cloud once there is one. */
  open(cloud: ConsoleCloud): void;
  /** Resumes what it has paused for a time: a cloud that keeps its data keeps a pause. */
  close(): Promise<void>;
}

/** Serves the console of a local cloud. Nothing of it is loaded before somebody asks for it. */
export function localConsole({ framesOf, contract, say }: LocalProject): LocalConsole {
  const mails: ReceivedMail[] = [];
  let cloud: ConsoleCloud | undefined;
  let server: ReturnType<typeof load> | undefined;
  return {
    ownAnswer(_method, path) {
      const own = cloud;
      if (!own || !(path === "/" || path.startsWith("/console/"))) return undefined;
      return (request, response) => {
        server ??= load(own, { contract, say }, { framesOf, mails: () => mails });
        server.then(
          ({ answer }) => {
            answer(request, response);
          },
          (error: unknown) => {
            server = undefined;
            process.emitWarning(error instanceof Error ? error : String(error));
            response.destroy();
          },
        );
      };
    },
    onMail(mail) {
      mails.push({ ...mail, time: cloud?.clock.now() ?? Date.now() });
      if (mails.length > MOST_MAILS) mails.shift();
    },
    linkTo: (view) => cloud && localConsoleLink(cloud, view),
    open(opened) {
      cloud = opened;
    },
    async close() {
      // One that could not be loaded holds none.
      const loaded = await server?.catch(() => undefined);
      await loaded?.pauses.close();
    },
  };
}

async function load(
  { endpoint, deployToken, clock }: ConsoleCloud,
  project: Pick<LocalProject, "contract" | "say">,
  local: Omit<LocalContext, "endpoint">,
) {
  const [{ makeConsole }, { consoleCalls }, { connectConsole }] = await Promise.all([
    import("./server/server.ts"),
    import("./server/calls.ts"),
    import("./server/connect.ts"),
  ]);
  const context = connectConsole({
    target: { local: false, port: Number(new URL(endpoint).port) },
    ...{ allowChanges: true, reveal: false, now: () => clock.now() },
    ...project,
    local: { ...local, endpoint },
  });
  const calls = consoleCalls(context);
  return {
    answer: makeConsole({ token: localConsoleToken(deployToken), calls }),
    pauses: context.pauses,
  };
}
