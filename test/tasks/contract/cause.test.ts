import { causeOf, isCause, normalise } from "../../../tasks/contract/cause.ts";

describe("normalise", () => {
  it.each([
    ["connect ECONNREFUSED 10.0.0.4:587", "connect ECONNREFUSED <ip>:<n>"],
    ["connect ECONNREFUSED [2001:db8::7]:587", "connect ECONNREFUSED [<ip>]:<n>"],
    ["connect ECONNREFUSED ::1:5432", "connect ECONNREFUSED <ip>:<n>"],
    ["connect ETIMEDOUT 2600:1f18:2148:bc00:5e9d:8c1c:2b7d:5f05:443", "connect ETIMEDOUT <ip>:<n>"],
    ["bind EADDRNOTAVAIL ::1:5432", "bind EADDRNOTAVAIL <ip>:<n>"],
    ["ERROR 12:30:45 no answer", "ERROR <n>:<n>:<n> no answer"],
    ["connect EHOSTUNREACH fe80::abcd%eth0:27017", "connect EHOSTUNREACH <ip>:<n>"],
    ["connect ECONNREFUSED cache-7:6379", "connect ECONNREFUSED <host>:<n>"],
    ["getaddrinfo ENOTFOUND a-1.shop.example", "getaddrinfo ENOTFOUND <host>"],
    ["getaddrinfo EAI_AGAIN redis (2 tries)", "getaddrinfo EAI_AGAIN <host> (<n> tries)"],
    ["querySrv ENODATA _smtp._tcp.shop.example", "querySrv ENODATA <host>"],
    ["fetch failed: ENOTFOUND smtp.example.com:25", "fetch failed: ENOTFOUND <host>:<n>"],
    [
      "Connect Timeout Error (attempted address: shop.example:443, timeout: 10000ms)",
      "Connect Timeout Error (attempted address: <host>:<n>, timeout: <n>ms)",
    ],
    [
      "Hostname/IP does not match: Host: a.example. is not in the cert's altnames: DNS:*.b.example",
      "Hostname/IP does not match: Host: <host>. is not in the cert's altnames: DNS:<host>",
    ],
    ["::ffff:10.0.0.4 and 2001:db8:0:0:0:0:0:1 and ::1", "<ip> and <ip> and <ip>"],
    ["fe80::1%eth0 is down", "<ip> is down"],
    ["GET https://api.example.com/v1/users/7?x=y: no answer", "GET <url> no answer"],
    ["Mailbox of ada.b+c@mail.example.com is full.", "Mailbox of <email> is full."],
    ["Row 123e4567-e89b-12d3-a456-426614174000 is gone", "Row <id> is gone"],
    [
      "At 2026-11-24T12:00:00.123Z, not 2026-11-24 09:00 or 2026-11-24",
      "At <time>, not <time> or <time>",
    ],
    ["No handler for task 'x'.", "No handler for task '<text>'."],
    ["\"a\", `b` and 'c' are no fields", "'<text>', '<text>' and '<text>' are no fields"],
    ["'it isn't here' said the user's disk", "'<text>' said the user's disk"],
    ["It reads 'a text that was c…", "It reads '<text>'"],
    ["commit deadbeef01 at 0xDEADBEEF", "commit <id> at <id>"],
    ["5 of 1,234.5 after 30s at 12:30:45", "<n> of <n> after <n>s at <n>:<n>:<n>"],
    ["550 No such user here (17)", "550 No such user here (<n>)"],
    ["5501 things", "<n> things"],
    [
      "Request failed with status code 503 after 2",
      "Request failed with status code 503 after <n>",
    ],
    ["HTTP 404 of code 12", "HTTP 404 of code <n>"],
    ["'https://a.example/x' answered 503.", "'<text>' answered 503."],
    ["It answered 503", "It answered 503"],
    ["The API responded with a 429 after 20 ms", "The API responded with a 429 after <n> ms"],
    ["got 500, and no body", "got 500, and no body"],
    ["Upload failed (statusCode=403)", "Upload failed (statusCode=403)"],
    ["HTTP/1.1 502 from 10.0.0.4", "HTTP/1.1 502 from <ip>"],
    ["the status was 404", "the status was 404"],
    ["Fetch of 7 pages: 503 Service Unavailable", "Fetch of <n> pages: 503 Service Unavailable"],
    ["It returned 250 rows in 503 ms", "It returned <n> rows in <n> ms"],
    ["It answered 250 of 300", "It answered <n> of <n>"],
    ["It answered 503.5 and 5031 and 700.", "It answered <n> and <n> and <n>."],
    ["status 50312, code 503.5", "status <n>, code <n>"],
    [
      "It answered 503; it answered 429; status_code=500; 503 Service Unavailable; E11000",
      "It answered 503; it answered <n>; status_code=<n>; <n> Service Unavailable; E11000",
    ],
    ["E11000 duplicate key in shard 4", "E11000 duplicate key in shard <n>"],
    ["E12345 is a code, E123456 and e12 are ids", "E12345 is a code, E<n> and e<n> are ids"],
    ["\n\n  first 1 \nsecond", "first <n>"],
    ["", ""],
  ])("takes the particulars out of %j", (error, rest) => {
    expect(normalise(error)).toBe(rest);
  });

  it("leaves words alone that only look like particulars", () => {
    for (const text of [
      "std::bad_alloc",
      "ENOTFOUND in the index",
      "ECONNRESET while config.json was read by mailer.send",
      "the host: none",
      "can't find its users' file",
    ]) {
      expect(normalise(text)).toBe(text);
    }
  });

  it("keeps 200 characters", () => {
    expect(normalise("no ".repeat(1000))).toBe(`${"no ".repeat(66)}no`);
  });

  // Two parts of a pattern, over and over, are what makes a matcher go back.
  const PARTS = [
    "connect ECONNREFUSED ",
    "getaddrinfo ENOTFOUND ",
    "address: ",
    "a.",
    "f:",
    "a",
    "1",
    ".",
    "@",
    ":",
    "'",
    '"',
    "`",
    "-",
    "f",
    "://",
    " ",
    "\\",
    "0x",
    "é",
    "answered 503",
    "status code ",
    "\ud800",
  ];

  it("takes a moment for the worst of texts, however long", () => {
    const pairs = PARTS.flatMap((a) => PARTS.map((b) => (a + b).repeat(1000)));
    const long = [...PARTS, PARTS.join("")].map((part) => part.repeat(20_000_000 / part.length));
    for (const text of [...pairs, ...long]) {
      const before = process.cpuUsage();
      const { length } = normalise(text);
      const { user, system } = process.cpuUsage(before);
      // Milliseconds of the processor, which others do not add to; a matcher that goes back would need hours.
      expect((user + system) / 1000).toBeLessThan(2000);
      expect(length).toBeLessThanOrEqual(200);
    }
  });

  it("throws for nothing, and always says the same", () => {
    // A generator of its own, so that a failure can be had again.
    let state = 1;
    const next = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let n = 0; n < 2000; n += 1) {
      const text = Array.from({ length: next(60) }, () =>
        next(3) === 0 ? String.fromCharCode(next(65_536)) : PARTS[next(PARTS.length)],
      ).join("");
      expect(normalise(text)).toBe(normalise(text));
      expect(
        isCause(causeOf({ task: text, reason: "permanent-error", error: text, group: text })),
      ).toBe(true);
    }
  });
});

describe("a cause", () => {
  const ended = {
    task: "send-email",
    reason: "attempts-exhausted",
    error: "connect ECONNREFUSED 10.0.0.4:587",
  } as const;

  it("is the same for errors that differ in their particulars", () => {
    expect(causeOf(ended)).toBe("9e3f01dc");
    expect(causeOf({ ...ended, error: "connect ECONNREFUSED 10.9.9.9:25" })).toBe("9e3f01dc");
  });

  it("is one however many hosts are called that are not there", () => {
    const errors = ["ENOTFOUND", "ECONNREFUSED"].flatMap((code) =>
      ["a.example", "b.shop.example"].map((host) => `connect ${code} ${host}:443`),
    );

    expect(new Set(errors.map((error) => causeOf({ ...ended, error }))).size).toBe(2);
  });

  it("is another for each status that the handler of README's example is answered", () => {
    const errors = [403, 429, 500, 503].flatMap((status) =>
      ["a", "b"].map((page) => `'https://${page}.example/' answered ${status}.`),
    );

    expect(new Set(errors.map((error) => causeOf({ ...ended, error }))).size).toBe(4);
  });

  it("is one for each first status, of however many tries an error tells", () => {
    const statuses = [404, 429, 500, 503];
    const errors = statuses.flatMap((a) =>
      statuses.flatMap((b) => statuses.map((c) => `answered ${a}; answered ${b}; answered ${c}`)),
    );

    expect(new Set(errors.map((error) => causeOf({ ...ended, error }))).size).toBe(4);
  });

  it.each([
    { task: "send-digest" },
    { task: undefined },
    { reason: "permanent-error" as const },
    { error: "connect ETIMEDOUT 10.0.0.4:587" },
    { group: "a name with spaces" },
  ])("is another for %j", (change) => {
    const cause = causeOf({ ...ended, ...change });

    expect(cause).toMatch(/^[0-9a-f]{8}$/);
    expect(cause).not.toBe(causeOf(ended));
  });

  it("is the handler's own name for it", () => {
    expect(causeOf({ ...ended, group: "mailbox-full" })).toBe("mailbox-full");
    expect(causeOf({ ...ended, task: "send-digest", group: "mailbox-full" })).toBe("mailbox-full");
  });

  it("is a hash of a name that is too long for one, whatever the error says", () => {
    const group = "x".repeat(65);

    expect(causeOf({ ...ended, group })).toMatch(/^[0-9a-f]{8}$/);
    expect(causeOf({ ...ended, group, error: "?" })).toBe(causeOf({ ...ended, group }));
  });
});
