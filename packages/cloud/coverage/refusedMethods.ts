import { artifactRegistry } from "./refusedMethods/artifactRegistry.ts";
import { cloudRun } from "./refusedMethods/cloudRun.ts";
import { cloudTasks } from "./refusedMethods/cloudTasks.ts";
import { iam } from "./refusedMethods/iam.ts";
import { logging } from "./refusedMethods/logging.ts";
import { monitoring } from "./refusedMethods/monitoring.ts";
import { projects } from "./refusedMethods/projects.ts";
import type { RefusedMethod } from "../api/refused.ts";
import { secretManager } from "./refusedMethods/secretManager.ts";
import { storage } from "./refusedMethods/storage.ts";

/**
 * Google's methods that are not emulated, as far as they are known by name: README.md lists them. Without
 * them, those whose path has another verb that is emulated would be told from a path that Google does not have.
 */
export const REFUSED_METHODS: readonly RefusedMethod[] = [
  ...cloudTasks,
  ...cloudRun,
  ...iam,
  ...projects,
  ...artifactRegistry,
  ...secretManager,
  ...monitoring,
  ...logging,
  ...storage,
];
