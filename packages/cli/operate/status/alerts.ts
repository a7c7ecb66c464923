import { GoogleRefusal } from "../../stack/googleApi.ts";
import { aboutWords, isRehearsal, labelsOf } from "../../stack/openAlerts.ts";
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
  /** What tells it from others of its title: `task send-email, queue email, cause 7f3a91c2`; may be empty. */
  readonly about: string;
  /** Whether `smoke --alerts` opened it. */
  readonly isRehearsal: boolean;
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
    const open = (await listOpenAlerts()).map((alert) => {
      const labels = labelsOf(alert);
      return {
        title: alert.policy.displayName,
        about: aboutWords(labels),
        isRehearsal: isRehearsal(labels),
        since: Date.parse(alert.openTime),
      };
    });
    const named = ({ title, about }: OpenAlert): string => `${title} ${about}`;
    return {
      count,
      open: open.sort((a, b) => a.since - b.since || (named(a) < named(b) ? -1 : 1)),
    };
  } catch (error) {
    if (!(error instanceof GoogleRefusal) || error.code === 401 || error.code === 403) throw error;
    return { count, open: [], notTold: error.detail };
  }
}
