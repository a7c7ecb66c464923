import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contextDigest, readContext } from "@background-tasks/program/image/buildContext.ts";
import { bundleWorker } from "../../infra/bundle.ts";
import type { Cloud } from "@background-tasks/cloud/cloud.ts";
import { LOCAL_IMAGES_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import { copyFixtureProject } from "./fixtureProject.ts";

export interface AwkwardWorker {
  /** What changes in the worker's environment. */
  readonly variables: Readonly<Record<string, (value: string) => string>>;
  /**
   * A second without an answer ends the worker: one that is blocked is noticed at once. It ends one, too, that a busy
   * machine keeps waiting, or that has stopped listening.
   *
   * @default false
   */
  readonly isProbedClosely?: boolean;
}

interface Service {
  readonly ingress: string;
  readonly template: {
    readonly containers: {
      image: string;
      env: { name: string; value: string }[];
      livenessProbe: object;
    }[];
  };
}

/** Gives the service whose full name it is a worker with the handlers of awkwardHandlers.ts. */
export async function deployAwkwardWorker(
  { endpoint, deployToken }: Pick<Cloud, "endpoint" | "deployToken">,
  service: string,
  { variables, isProbedClosely = false }: AwkwardWorker,
): Promise<void> {
  const headers = {
    authorization: `Bearer ${deployToken}`,
    "content-type": "application/json",
  };
  const image = await pushImage(endpoint, headers);
  const url = `${endpoint}/v2/${service}`;
  const deployed = (await (await fetch(url)).json()) as Service;
  const [container] = deployed.template.containers;
  if (!container) throw new Error(`Service '${service}' has no container.`);
  container.image = image;
  container.env = container.env.map((variable) => ({
    ...variable,
    ...(variables[variable.name] && { value: variables[variable.name]!(variable.value) }),
  }));
  const httpGet = { path: "/health" };
  container.livenessProbe = isProbedClosely
    ? { httpGet, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 }
    : { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };
  const { template, ingress } = deployed;
  const answer = await fetch(url, {
    method: "PATCH",
    headers,
    body: JSON.stringify({ template, ingress }),
  });
  const operation = (await answer.json()) as { readonly error?: object };
  if (!answer.ok || operation.error) throw new Error(JSON.stringify(operation));
}

async function pushImage(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), "awkward-worker-"));
  try {
    copyFixtureProject(project);
    copyFileSync("test/support/awkwardHandlers.ts", join(project, "worker/handlers/index.ts"));
    symlinkSync(resolve("node_modules"), join(project, "node_modules"));
    const directory = join(project, "dist/worker");
    bundleWorker({
      entry: join(project, "worker/main.ts"),
      dockerfile: join(project, "worker/Dockerfile"),
      directory,
    });
    const files = await readContext(directory);
    const image = `europe-west1-docker.pkg.dev/local-project/test/worker@sha256:${contextDigest(files)}`;
    const body = JSON.stringify({
      image,
      files: Object.fromEntries([...files].map(([name, file]) => [name, file.toString("base64")])),
    });
    const answer = await fetch(endpoint + LOCAL_IMAGES_PATH, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
    return image;
  } finally {
    rmSync(project, { recursive: true });
  }
}
