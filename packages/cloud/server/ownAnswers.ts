import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers a request by itself: with a stream, or a page. */
export type OwnAnswer = (request: IncomingMessage, response: ServerResponse) => void;

/** Finds what answers by itself; `undefined` for what the API answers. */
export type OwnAnswers = (method: string | undefined, path: string) => OwnAnswer | undefined;
