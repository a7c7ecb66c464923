/** What the program needs of whoever deploys it, on the project: README, 'What the deployer needs'. */
export const DEPLOYER_ROLES = [
  "roles/cloudtasks.queueAdmin",
  "roles/run.admin",
  "roles/cloudscheduler.admin",
  "roles/artifactregistry.admin",
  "roles/secretmanager.admin",
  "roles/iam.serviceAccountAdmin",
  "roles/iam.serviceAccountUser",
  "roles/serviceusage.serviceUsageAdmin",
  "roles/logging.configWriter",
  "roles/monitoring.alertPolicyEditor",
  "roles/monitoring.notificationChannelEditor",
  "roles/monitoring.dashboardEditor",
] as const;

/**
 * What a preview that looks at what there is ('--refresh') reads: each resource, and each policy. None of
 * them can change anything.
 */
export const PREVIEWER_ROLES = [
  "roles/cloudtasks.viewer",
  "roles/run.viewer",
  "roles/cloudscheduler.viewer",
  "roles/artifactregistry.reader",
  "roles/secretmanager.viewer",
  "roles/iam.serviceAccountViewer",
  "roles/iam.securityReviewer",
  "roles/serviceusage.serviceUsageViewer",
  "roles/logging.viewer",
  "roles/monitoring.viewer",
] as const;
