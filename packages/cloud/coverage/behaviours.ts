import type { BehaviourGroup } from "./behaviour.ts";
import { accessBehaviours } from "./behaviours/access.ts";
import { otherBehaviours } from "./behaviours/clientsAndWatching.ts";
import { cloudRunBehaviours } from "./behaviours/cloudRun.ts";
import { deliveryBehaviours } from "./behaviours/deliveries.ts";
import { queueBehaviours } from "./behaviours/queues.ts";
import { scheduleBehaviours } from "./behaviours/schedules.ts";

/** What Google's services do, and whether the local cloud does it. */
export const BEHAVIOURS: readonly BehaviourGroup[] = [
  queueBehaviours,
  deliveryBehaviours,
  scheduleBehaviours,
  cloudRunBehaviours,
  accessBehaviours,
  otherBehaviours,
];
