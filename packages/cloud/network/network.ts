/** Where a request comes from, as far as Cloud Run's ingress looks. */
export type Origin =
  /** A Google service (Cloud Tasks, Cloud Scheduler) or a network of that project. */
  | { readonly internal: true; readonly project: string }
  /** The rest of the world. */
  | { readonly internal: false };

/** A request to a host of the small network inside the local cloud. */
export interface NetworkRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly origin: Origin;
  /** Fires when the caller waits no longer. */
  readonly signal: AbortSignal;
}

export interface NetworkReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/**
 * Delivers a request to the host its URL names: a `run.app` host of a local service is the Cloud Run
 * front door, `*.googleapis.com` the local API, loopback itself; any other is refused unless allowed.
 * Rejects where there is no answer: no such host, a broken connection, the signal.
 */
export type Send = (request: NetworkRequest) => Promise<NetworkReply>;
