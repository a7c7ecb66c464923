/** What measures Cloud Run, for Monitoring, in its own time. */
export interface RunMeter {
  /** Goes before every change of instances, and of what they have to do. */
  catchUp(): void;
  /** Told of a request that reached a revision, once it is answered. The service is given by its full name. */
  request(service: string, revision: string, status: number, latencyMs: number): void;
}
