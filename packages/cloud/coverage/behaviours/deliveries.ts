import type { BehaviourGroup } from "../behaviour.ts";

/** How tasks and schedules reach their targets. */
export const deliveryBehaviours: BehaviourGroup = {
  title: "Deliveries",
  behaviours: [
    {
      what: "the headers of a delivery, and which of the caller's are replaced",
      isEmulated: "yes",
      section: "1.9",
      test: "cloudtasks/dispatch.test.ts",
    },
    {
      what: "headers whose value holds control characters, or what is beyond ISO-8859-1, are refused with their task",
      isEmulated: "partly",
      note: "what Google makes of the latter is not known",
      section: "1.9",
      test: "target/headers.test.ts",
    },
    {
      what: "every answer but 2xx is a failure and is tried again, 4xx too",
      isEmulated: "yes",
      section: "1.9",
      test: "cloudtasks/deliveries.test.ts",
    },
    {
      what: "`dispatchDeadline`: the next delivery is told of a 504",
      isEmulated: "yes",
      section: "1.9",
      test: "cloudtasks/dispatch.test.ts",
    },
    {
      what: "redirects are followed and are no delivery of their own",
      isEmulated: "yes",
      note: "five in a row; `settings.followRedirects: false` follows none, as Google may",
      section: "1.9",
      test: "network/redirectedDeliveries.test.ts",
    },
    {
      what: "a queue's `httpTarget` in place of what a task says: URL, method, headers, token",
      isEmulated: "yes",
      section: "1.3",
      test: "cloudtasks/dispatch.test.ts",
    },
    {
      what: "ID tokens and access tokens, minted for each delivery",
      isEmulated: "yes",
      section: "4.1",
      test: "cloudtasks/dispatch.test.ts",
    },
    {
      what: "a token goes over https alone: a task with one and an `http://` URL is refused",
      isEmulated: "yes",
      note: "but for hosts on loopback, which have no certificate",
      section: "1.8",
      test: "cloudtasks/errorMatrix.test.ts",
    },
    {
      what: "duplicate deliveries, lost answers, delays, answers in the worker's place",
      isEmulated: "yes",
      note: 'only with a fault `on: "delivery"`',
      section: "12.2",
      test: "faults/faults.test.ts",
    },
    {
      what: "tasks out of order",
      isEmulated: "partly",
      note: "in the order of their times, unless a fault delays some",
      section: "12.2",
      test: "faults/faults.test.ts",
    },
    {
      what: "hosts beyond this machine",
      isEmulated: "partly",
      note: "refused, unless `--allow-host` or `allowHosts` names them, or `hosts` answers for them",
      test: "network/localNetwork.test.ts",
    },
  ],
};
