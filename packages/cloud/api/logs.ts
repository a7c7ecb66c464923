/** What an entry is about: `cloud_run_revision` and its labels. */
export interface LogResource {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a service says in an entry of a log, as Cloud Logging shows it. */
export interface LogFields {
  readonly resource: LogResource;
  /** When it was, where that is not when it was written. */
  readonly timestamp?: string | undefined;
  readonly severity?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly textPayload?: string | undefined;
  readonly jsonPayload?: object | undefined;
  readonly httpRequest?: object | undefined;
  readonly trace?: string | undefined;
  readonly spanId?: string | undefined;
  readonly traceSampled?: boolean | undefined;
  readonly operation?: object | undefined;
  readonly sourceLocation?: object | undefined;
  readonly insertId?: string | undefined;
}

/** Something that a service has to say in a log. */
export interface LogRecord {
  /** The log's id: `cloudtasks.googleapis.com/task_operations_log`. */
  readonly log: string;
  /** About how many bytes what the entry is made of takes. */
  readonly bytes: number;
  /** Makes the entry, once somebody asks for it: most are never read. */
  readonly fields: () => LogFields;
}

/** Takes what belongs in a log. */
export type WriteLog = (record: LogRecord) => void;
