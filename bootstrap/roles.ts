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
  "roles/monitoring.alertPolicyViewer",
  "roles/monitoring.notificationChannelViewer",
  "roles/monitoring.dashboardViewer",
] as const;

/**
 * What it reads of Cloud Logging, by a role of the project's own: with `roles/logging.viewer` whoever opens a pull
 * request could read every line of every log.
 */
export const PREVIEWER_LOG_PERMISSIONS = [
  "logging.exclusions.get",
  "logging.exclusions.list",
  "logging.logMetrics.get",
  "logging.logMetrics.list",
] as const;
