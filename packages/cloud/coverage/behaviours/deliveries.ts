import type { BehaviourGroup } from "../behaviour.ts";

/** How tasks and schedules reach their targets. */
export const deliveryBehaviours: BehaviourGroup = {
  title: "Deliveries",
  behaviours: [
    {
      what: "the headers of a delivery, and which of the caller's are replaced",
      isEmulated: "yes",
      section: "1.9",
      tests: {
        "cloudtasks/dispatch.test.ts": [
          "carries the headers that Google's do: a 503, then a 404 (G 1.9)",
          "keeps the caller's headers but for those that are Google's own (G 1.9)",
        ],
      },
    },
    {
      what: "headers whose value holds control characters, or what is beyond ISO-8859-1, are refused with their task",
      isEmulated: "partly",
      note: "what Google makes of the latter is not known",
      section: "1.9",
      tests: {
        "target/headers.test.ts": ["may have the value %j", "may not have $what in its value"],
      },
    },
    {
      what: "every answer but 2xx is a failure and is tried again, 4xx too",
      isEmulated: "yes",
      section: "1.9",
      tests: { "cloudtasks/deliveries.test.ts": ["end with %s", "go on after %s"] },
    },
    {
      what: "`dispatchDeadline`: the next delivery is told of a 504",
      isEmulated: "yes",
      section: "1.9",
      tests: {
        "cloudtasks/dispatch.test.ts": [
          "ends at the dispatch deadline, which counts as a 504 (G 1.9)",
        ],
      },
    },
    {
      what: "redirects are followed and are no delivery of their own",
      isEmulated: "yes",
      note: "five in a row; `settings.followRedirects: false` follows none, as Google may",
      section: "1.9",
      tests: {
        "network/redirectedDeliveries.test.ts": [
          "is one delivery, done where its target says so, and hands on no token",
          "fails with the redirect where it goes round in circles",
          "fails with the redirect where the settings say that none is followed",
        ],
      },
    },
    {
      what: "a queue's `httpTarget` in place of what a task says: URL, method, headers, token",
      isEmulated: "yes",
      section: "1.3",
      tests: {
        "cloudtasks/dispatch.test.ts": [
          "of $from goes to $to where the queue says so (G 1.3)",
          "takes the queue's method and headers before the task's (G 1.3)",
        ],
      },
    },
    {
      what: "ID tokens and access tokens, minted for each delivery",
      isEmulated: "yes",
      section: "4.1",
      tests: { "cloudtasks/dispatch.test.ts": ["carries $what (G 4.1)"] },
    },
    {
      what: "a token goes over https alone: a task with one and an `http://` URL is refused",
      isEmulated: "yes",
      note: "but for hosts on loopback, which have no certificate",
      section: "1.8",
      tests: { "cloudtasks/errorMatrix.test.ts": ["$when is $status", "lets a token pass to %s"] },
    },
    {
      what: "duplicate deliveries, lost answers, delays, answers in the worker's place",
      isEmulated: "yes",
      note: 'only with a fault `on: "delivery"`',
      section: "12.2",
      tests: {
        "faults/faults.test.ts": [
          "delivers twice",
          "loses the response: the worker has run, and runs again",
          "delays, beyond the dispatch deadline too",
          "answers with a status in the worker's place, so many times",
        ],
      },
    },
    {
      what: "tasks out of order",
      isEmulated: "partly",
      note: "in the order of their times, unless a fault delays some",
      section: "12.2",
      tests: {
        "cloudtasks/limits.test.ts": [
          "takes tasks and dispatches none until it is resumed, then in order (G 3)",
        ],
        "faults/faults.test.ts": ["delays, beyond the dispatch deadline too"],
      },
    },
    {
      what: "hosts beyond this machine",
      isEmulated: "partly",
      note: "refused, unless `--allow-host` or `allowHosts` names them, or `hosts` answers for them",
      tests: {
        "network/localNetwork.test.ts": [
          "refuses %s, and says how to allow it",
          "calls an allowed host",
        ],
      },
    },
  ],
};
