import { connect } from "node:net";
import { LOCAL_EVENTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";

const PAUSE_MS = 100;

/** Listens to a local cloud's events and reads a little of them every now and then, as a tab that is busy does. */
export function slowReader(endpoint: string): Disposable {
  const { host, hostname, port } = new URL(endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${LOCAL_EVENTS_PATH}?after=0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  socket.on("data", () => {
    socket.pause();
  });
  const timer = setInterval(() => {
    socket.resume();
  }, PAUSE_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      socket.destroy();
    },
  };
}
