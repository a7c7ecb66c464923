import type { RefusedMethod } from "./api/refused.ts";
import { refusedMethods as artifactRegistry } from "./artifactregistry/refusedMethods.ts";
import { refusedMethods as cloudTasks } from "./cloudtasks/refusedMethods.ts";
import { refusedMethods as iam } from "./iam/refusedMethods.ts";
import { refusedMethods as logging } from "./logging/refusedMethods.ts";
import { refusedMethods as monitoring } from "./monitoring/refusedMethods.ts";
import { refusedMethods as resourceManager } from "./resourcemanager/refusedMethods.ts";
import { refusedMethods as cloudRun } from "./run/refusedMethods.ts";
import { refusedMethods as secretManager } from "./secretmanager/refusedMethods.ts";
import { refusedMethods as serviceUsage } from "./serviceusage/refusedMethods.ts";
import { refusedMethods as storage } from "./storage/refusedMethods.ts";

/**
 * Google's methods that are not emulated, as far as they are known by name: EMULATED.md lists them. Without
 * them, those whose path has another verb that is emulated would be told from a path that Google does not have.
 */
export const REFUSED_METHODS: readonly RefusedMethod[] = [
  ...cloudTasks,
  ...cloudRun,
  ...iam,
  ...resourceManager,
  ...serviceUsage,
  ...artifactRegistry,
  ...secretManager,
  ...monitoring,
  ...logging,
  ...storage,
];
