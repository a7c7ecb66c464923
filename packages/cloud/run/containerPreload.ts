/**
 * The `--import` of every container: what its network and its machine would do for it. It is carried in
 * a `data:` URL, so that it needs no file.
 */
export function containerPreload(): string {
  return `data:text/javascript,${encodeURIComponent(`(${preload.toString()})()`)}`;
}

/** Runs in the container, before its program: it can use nothing of this file. */
function preload(): void {
  // The channel closes when the local cloud ends, however it ends: the container then ends too.
  process.on("disconnect", () => {
    process.kill(process.pid, "SIGKILL");
  });
  process.channel?.unref();
  // Ctrl-C goes to every process of the terminal. A container has none: it is told to end by SIGTERM.
  process.on("SIGINT", () => undefined);
  // The program was not forked, as far as it knows.
  delete process.send;

  // Whoever is not the front door reaches the port here, too: a web page, say, whose host name its owner has
  // resolve to 127.0.0.1.
  const http = process.getBuiltinModule("node:http");
  const allowed = /^(?:127\.0\.0\.1|localhost|\[::1\]|(?:[a-z\d-]+\.)+run\.app)(?::\d{1,5})?$/i;
  const emit = Object.getOwnPropertyDescriptor(
    process.getBuiltinModule("node:events").EventEmitter.prototype,
    "emit",
  )?.value as (this: unknown, ...args: unknown[]) => boolean;
  const asked: unknown[] = ["request", "checkContinue", "checkExpectation", "upgrade", "connect"];
  http.Server.prototype.emit = function (this: unknown, ...args: unknown[]) {
    const [event, request, answer] = args;
    if (asked.includes(event) && request instanceof http.IncomingMessage) {
      const { host = "", "sec-fetch-site": site = "none" } = request.headers;
      const isOwn = allowed.test(host) && (site === "none" || site === "same-origin");
      if (!isOwn) {
        if (answer instanceof http.ServerResponse) {
          answer.writeHead(403, { connection: "close" }).end(`Not for '${host}'.\n`);
        } else request.socket.destroy();
        return true;
      }
    }
    return emit.apply(this, args);
  };

  // A container listens on all interfaces of its own network. Here that must not be the laptop's: whoever
  // reaches the port has passed neither ingress nor IAM.
  const { Server } = process.getBuiltinModule("node:net");
  const listen = Object.getOwnPropertyDescriptor(Server.prototype, "listen")?.value as (
    this: unknown,
    ...args: unknown[]
  ) => unknown;
  const wildcards: unknown[] = [undefined, null, "", "0.0.0.0", "::"];
  Server.prototype.listen = function (this: unknown, ...args: unknown[]) {
    const [first, second, ...rest] = args;
    if (typeof first === "object" && first !== null && "port" in first) {
      const host = "host" in first ? first.host : undefined;
      args = [wildcards.includes(host) ? { ...first, host: "127.0.0.1" } : first, second, ...rest];
    } else if (Number.isInteger(Number(first ?? NaN))) {
      const named = typeof second === "string" || second === undefined || second === null;
      if (!named) args = [first, "127.0.0.1", second, ...rest];
      else if (wildcards.includes(second)) args = [first, "127.0.0.1", ...rest];
    }
    return listen.apply(this, args);
  } as typeof Server.prototype.listen;
}
