import { GoogleRefusal } from "../../stack/googleApi.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";

/** What of a stack's alerts is open. The local cloud does not judge those in PromQL. */
export interface AlertsView {
  /** Policies of the stack. */
  readonly count: number;
  readonly open: readonly OpenAlert[];
  /** Why Google does not list them: it offers that as a preview. */
  readonly notTold?: string;
}

export interface OpenAlert {
  /** As notifications have it: `prod: Tasks become dead letters`. */
  readonly title: string;
  /** In milliseconds. */
  readonly since: number;
}

/** One call, however many alerts there are. */
export async function alertsView({
  operations,
  listOpenAlerts,
}: Pick<OperatorCalls, "operations" | "listOpenAlerts">): Promise<AlertsView> {
  const count = Object.keys(operations.alerts ?? {}).length;
  try {
    const open = (await listOpenAlerts()).map(({ policy, openTime }) => ({
      title: policy.displayName,
      since: Date.parse(openTime),
    }));
    return { count, open: open.sort((a, b) => a.since - b.since || (a.title < b.title ? -1 : 1)) };
  } catch (error) {
    if (!(error instanceof GoogleRefusal) || error.code === 401 || error.code === 403) throw error;
    return { count, open: [], notTold: error.detail };
  }
}
