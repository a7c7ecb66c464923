/** What Cloud Monitoring takes of an alert policy (google/monitoring/v3/alert.proto). Lengths are in characters. */
export const ALERT_POLICY_LIMITS = {
  conditions: 6,
  name: 512,
  /** Of the text of a notification, which may be of so many bytes as UTF-8, too. */
  text: 8192,
  textBytes: 10_240,
  /** Of a filter of time series. */
  filter: 2048,
  links: 3,
  linkName: 63,
  linkUrl: 2083,
  /** Of the line above the text, as UTF-8. */
  subjectBytes: 10_240,
  /** https://cloud.google.com/monitoring/quotas */
  channels: 16,
} as const;
