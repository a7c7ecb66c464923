import { LOCAL_INSTANCES_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import type { RevisionState } from "@background-tasks/cloud/run/revision.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { callLocal } from "../../stack/localCloud.ts";
import type { ConsoleContext } from "./context.ts";

/** Asks the control API of the local cloud. */
export async function localGet<Answer>(
  local: ConsoleContext["local"],
  path: string,
): Promise<Answer> {
  return localCall(local, path);
}

/** Calls the control API of the local cloud. */
export async function localCall<Answer>(
  local: ConsoleContext["local"],
  path: string,
  body?: unknown,
): Promise<Answer> {
  if (!local) throw new CommandError(EXIT.usage, "There is no such thing but on a local cloud.");
  const response = await callLocal(local.endpoint, path, {
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer & { readonly error?: { message: string } };
  if (response.ok) return answer;
  throw new CommandError(EXIT.failed, answer.error?.message ?? response.statusText);
}

/** The revisions that run on a local cloud whose `npm start` serves the page; `undefined` elsewhere. */
export async function revisionsOf(
  local: ConsoleContext["local"],
): Promise<readonly RevisionState[] | undefined> {
  if (!local) return undefined;
  const { revisions } = await localGet<{ readonly revisions: readonly RevisionState[] }>(
    local,
    LOCAL_INSTANCES_PATH,
  );
  return revisions;
}
