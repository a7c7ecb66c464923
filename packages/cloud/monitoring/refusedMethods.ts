import { refused, type RefusedMethod } from "../api/refused.ts";

/** What is written and measured by others, and what else can be watched. */
export const refusedMethods: readonly RefusedMethod[] = [
  ...refused("google.monitoring.v3.MetricService", "/v3/projects/{project}", {
    ListMonitoredResourceDescriptors: "GET /monitoredResourceDescriptors",
    GetMonitoredResourceDescriptor: "GET /monitoredResourceDescriptors/{type=**}",
    CreateMetricDescriptor: "POST /metricDescriptors",
    DeleteMetricDescriptor: "DELETE /metricDescriptors/{type=**}",
    CreateTimeSeries: "POST /timeSeries",
    CreateServiceTimeSeries: "POST /timeSeries:createService",
  }),
  ...refused("google.monitoring.v3.MetricService", "/v3", {
    ListTimeSeries: [
      "GET /organizations/{organization}/timeSeries",
      "GET /folders/{folder}/timeSeries",
    ],
  }),
  ...refused("google.monitoring.v3.NotificationChannelService", "/v3/projects/{project}", {
    ListNotificationChannelDescriptors: "GET /notificationChannelDescriptors",
    GetNotificationChannelDescriptor: "GET /notificationChannelDescriptors/{type}",
    SendNotificationChannelVerificationCode:
      "POST /notificationChannels/{channel}:sendVerificationCode",
    GetNotificationChannelVerificationCode:
      "POST /notificationChannels/{channel}:getVerificationCode",
    VerifyNotificationChannel: "POST /notificationChannels/{channel}:verify",
  }),
  ...refused("google.monitoring.v3.GroupService", "/v3/projects/{project}", {
    ListGroups: "GET /groups",
    GetGroup: "GET /groups/{group}",
    CreateGroup: "POST /groups",
    UpdateGroup: "PUT /groups/{group}",
    DeleteGroup: "DELETE /groups/{group}",
    ListGroupMembers: "GET /groups/{group}/members",
  }),
  ...refused("google.monitoring.v3.UptimeCheckService", "/v3/projects/{project}", {
    ListUptimeCheckConfigs: "GET /uptimeCheckConfigs",
    GetUptimeCheckConfig: "GET /uptimeCheckConfigs/{check}",
    CreateUptimeCheckConfig: "POST /uptimeCheckConfigs",
    UpdateUptimeCheckConfig: "PATCH /uptimeCheckConfigs/{check}",
    DeleteUptimeCheckConfig: "DELETE /uptimeCheckConfigs/{check}",
  }),
  ...refused("google.monitoring.v3.SnoozeService", "/v3/projects/{project}", {
    CreateSnooze: "POST /snoozes",
    ListSnoozes: "GET /snoozes",
    GetSnooze: "GET /snoozes/{snooze}",
    UpdateSnooze: "PATCH /snoozes/{snooze}",
  }),
  ...refused("google.monitoring.v3.QueryService", "/v3/projects/{project}", {
    QueryTimeSeries: "POST /timeSeries:query",
  }),
  ...refused("google.monitoring.v3.ServiceMonitoringService", "/v3/projects/{project}", {
    CreateService: "POST /services",
    GetService: "GET /services/{service}",
    ListServices: "GET /services",
    UpdateService: "PATCH /services/{service}",
    DeleteService: "DELETE /services/{service}",
    CreateServiceLevelObjective: "POST /services/{service}/serviceLevelObjectives",
    GetServiceLevelObjective: "GET /services/{service}/serviceLevelObjectives/{objective}",
    ListServiceLevelObjectives: "GET /services/{service}/serviceLevelObjectives",
    UpdateServiceLevelObjective: "PATCH /services/{service}/serviceLevelObjectives/{objective}",
    DeleteServiceLevelObjective: "DELETE /services/{service}/serviceLevelObjectives/{objective}",
  }),
  ...refused("google.monitoring.v3.UptimeCheckService", "/v3", {
    ListUptimeCheckIps: "GET /uptimeCheckIps",
  }),
];
