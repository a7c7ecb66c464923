import type { ResourceType } from "./resourceType.ts";
import { locationOf, projectOf, text } from "./resourceType.ts";
import { artifactRegistryRepository } from "./artifactRegistryRepository.ts";
import { cloudRunService } from "./cloudRunService.ts";
import { cloudSchedulerJob } from "./cloudSchedulerJob.ts";
import { cloudTasksQueue } from "./cloudTasksQueue.ts";
import { customRole } from "./customRole.ts";
import { dockerImage } from "./dockerImage.ts";
import { iamMember } from "./iamMember.ts";
import { loggingExclusion } from "./loggingExclusion.ts";
import { loggingMetric } from "./loggingMetric.ts";
import { monitoringAlertPolicy } from "./monitoringAlertPolicy.ts";
import { monitoringChannel } from "./monitoringChannel.ts";
import { monitoringDashboard } from "./monitoringDashboard.ts";
import { randomId } from "./randomId.ts";
import { randomUuid7 } from "./randomUuid7.ts";
import { secret, secretVersion } from "./secretManager.ts";
import { serviceAccount } from "./serviceAccount.ts";
import { serviceAccountKey } from "./serviceAccountKey.ts";
import { projectService, serviceIdentity } from "./serviceUsage.ts";

/** Every resource type that the program may use, by its Pulumi type token. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  "docker:index/image:Image": dockerImage,
  "gcp:artifactregistry/repository:Repository": artifactRegistryRepository,
  "gcp:cloudrunv2/service:Service": cloudRunService,
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": iamMember(
    "get",
    ["name", "location", "project"],
    (inputs, context) => `/v2/${locationOf(inputs, context)}/services/${text(inputs, "name")}`,
  ),
  "gcp:cloudscheduler/job:Job": cloudSchedulerJob,
  "gcp:cloudtasks/queue:Queue": cloudTasksQueue,
  "gcp:cloudtasks/queueIamMember:QueueIamMember": iamMember(
    "post",
    ["name", "location", "project"],
    (inputs, context) => `/v2/${locationOf(inputs, context)}/queues/${text(inputs, "name")}`,
  ),
  "gcp:logging/metric:Metric": loggingMetric,
  "gcp:logging/projectExclusion:ProjectExclusion": loggingExclusion,
  "gcp:monitoring/alertPolicy:AlertPolicy": monitoringAlertPolicy,
  "gcp:monitoring/dashboard:Dashboard": monitoringDashboard,
  "gcp:monitoring/notificationChannel:NotificationChannel": monitoringChannel,
  "gcp:projects/iAMCustomRole:IAMCustomRole": customRole,
  "gcp:projects/iAMMember:IAMMember": iamMember(
    "post",
    ["project"],
    (inputs, context) => `/v1/${projectOf(inputs, context)}`,
  ),
  "gcp:projects/service:Service": projectService,
  "gcp:projects/serviceIdentity:ServiceIdentity": serviceIdentity,
  "gcp:secretmanager/secret:Secret": secret,
  "gcp:secretmanager/secretIamMember:SecretIamMember": iamMember(
    "get",
    ["secretId", "project"],
    (inputs, context) => {
      const secretId = text(inputs, "secretId");
      // The provider takes the short id and the full name.
      const isFullName = secretId.includes("/");
      return `/v1/${isFullName ? secretId : `${projectOf(inputs, context)}/secrets/${secretId}`}`;
    },
  ),
  "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
  "gcp:serviceaccount/account:Account": serviceAccount,
  "gcp:serviceaccount/iAMMember:IAMMember": iamMember(
    "post",
    ["serviceAccountId"],
    (inputs) => `/v1/${text(inputs, "serviceAccountId")}`,
  ),
  "gcp:serviceaccount/key:Key": serviceAccountKey,
  "random:index/randomId:RandomId": randomId,
  "random:index/randomUuid7:RandomUuid7": randomUuid7,
};
