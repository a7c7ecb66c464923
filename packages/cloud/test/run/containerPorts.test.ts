import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { releasePort, takePort } from "../../run/containerPorts.ts";

describe("The ports of containers", () => {
  it("are none that a system gives to whoever asks for any, and no two the same", async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, () => takePort()));

    expect(new Set(ports).size).toBe(200);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...ports)).toBeLessThanOrEqual(32_767);
    ports.forEach(releasePort);
  });

  it("are none that another program listens on, or another container has", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: listenedOn } = server.address() as AddressInfo;
    const containers = await takePort();
    const free = await takePort();
    releasePort(free);
    const drawn = [listenedOn, containers, free].values();

    expect(await takePort(() => drawn.next().value ?? 0)).toBe(free);

    [containers, free].forEach(releasePort);
    server.close();
  });
});
