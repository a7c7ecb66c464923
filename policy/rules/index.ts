import type { Rule } from "../rule.ts";
import { alertLabelsConfirmed } from "./alertLabelsConfirmed.ts";
import { allowedRegions } from "./allowedRegions.ts";
import { cloudSqlByInstance } from "./cloudSqlByInstance.ts";
import { deadLettersKept } from "./deadLettersKept.ts";
import { deadLettersWatched } from "./deadLettersWatched.ts";
import { deletionProtected } from "./deletionProtected.ts";
import { dispatchDeadlineWithinTimeout } from "./dispatchDeadlineWithinTimeout.ts";
import { grantsListed } from "./grantsListed.ts";
import { imageByDigest } from "./imageByDigest.ts";
import { imageFromOwnRegistry } from "./imageFromOwnRegistry.ts";
import { invokerIsDedicated } from "./invokerIsDedicated.ts";
import { invokerCallsWorker } from "./invokerCallsWorker.ts";
import { jobAttemptDeadline } from "./jobAttemptDeadline.ts";
import { jobHasToken } from "./jobHasToken.ts";
import { jobRetries } from "./jobRetries.ts";
import { jobTargetHttps } from "./jobTargetHttps.ts";
import { jobTimeZoneValid } from "./jobTimeZoneValid.ts";
import { logsKept } from "./logsKept.ts";
import { networksListed } from "./networksListed.ts";
import { noBasicRole } from "./noBasicRole.ts";
import { noDefaultServiceAccount } from "./noDefaultServiceAccount.ts";
import { noDangerousPermission } from "./noDangerousPermission.ts";
import { noProjectLevelGrant } from "./noProjectLevelGrant.ts";
import { noServiceAccountKey } from "./noServiceAccountKey.ts";
import { nothingSwitchedOff } from "./nothingSwitchedOff.ts";
import { pagesReachSomebody } from "./pagesReachSomebody.ts";
import { probesSet } from "./probesSet.ts";
import { queueBackoffBounded } from "./queueBackoffBounded.ts";
import { queueLogging } from "./queueLogging.ts";
import { queueRateWithinLimits } from "./queueRateWithinLimits.ts";
import { queueSendsToWorker } from "./queueSendsToWorker.ts";
import { queuesFitWorker } from "./queuesFitWorker.ts";
import { repositoryCleanup } from "./repositoryCleanup.ts";
import { schedulesWatched } from "./schedulesWatched.ts";
import { secretsByReference } from "./secretsByReference.ts";
import { typesListed } from "./typesListed.ts";
import { workerDedicatedAccount } from "./workerDedicatedAccount.ts";
import { workerEndsTasks } from "./workerEndsTasks.ts";
import { workerIngressInternal } from "./workerIngressInternal.ts";
import { workerInvokerIamEnabled } from "./workerInvokerIamEnabled.ts";
import { workerLimitsSet } from "./workerLimitsSet.ts";
import { workerRunsItsImage } from "./workerRunsItsImage.ts";
import { workerNoPublicInvoker } from "./workerNoPublicInvoker.ts";

/** Every rule, in the order in which the reference lists them. */
export const rules: readonly Rule[] = [
  workerIngressInternal,
  workerNoPublicInvoker,
  workerInvokerIamEnabled,
  workerDedicatedAccount,
  invokerIsDedicated,
  invokerCallsWorker,
  noDefaultServiceAccount,
  noProjectLevelGrant,
  cloudSqlByInstance,
  networksListed,
  noBasicRole,
  noDangerousPermission,
  grantsListed,
  typesListed,
  noServiceAccountKey,
  workerEndsTasks,
  queueBackoffBounded,
  queueRateWithinLimits,
  queuesFitWorker,
  queueSendsToWorker,
  deadLettersKept,
  queueLogging,
  jobHasToken,
  jobTargetHttps,
  jobRetries,
  jobAttemptDeadline,
  jobTimeZoneValid,
  dispatchDeadlineWithinTimeout,
  imageByDigest,
  imageFromOwnRegistry,
  secretsByReference,
  workerLimitsSet,
  probesSet,
  workerRunsItsImage,
  nothingSwitchedOff,
  deletionProtected,
  allowedRegions,
  repositoryCleanup,
  schedulesWatched,
  deadLettersWatched,
  alertLabelsConfirmed,
  pagesReachSomebody,
  logsKept,
];
