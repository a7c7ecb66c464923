// For NODE_OPTIONS: sends what a script asks of Google's hosts to this machine. HOSTS_ON_LOOPBACK says where,
// as JSON: { "run.googleapis.com": "http://127.0.0.1:8123" }. Every other host is refused.
const hosts = JSON.parse(process.env.HOSTS_ON_LOOPBACK);
const { fetch } = globalThis;

globalThis.fetch = (url, request) => {
  const { hostname, host, pathname, search } = new URL(url);
  if (hostname === "127.0.0.1") return fetch(url, request);
  if (!(host in hosts)) throw new Error(`This test has nothing in the place of '${host}'.`);
  return fetch(hosts[host] + pathname + search, request);
};
