import { DeploymentError } from "./deployment.ts";
import type { Context, Properties } from "../resources/resourceType.ts";

/** Answers a function of the provider that the program calls. */
export function callFunction(token: string, { project, region }: Context): Properties {
  if (token !== "gcp:organizations/getClientConfig:getClientConfig") {
    throw new DeploymentError(
      `The program calls '${token}', which the local cloud does not answer. It answers ` +
        "'gcp:organizations/getClientConfig:getClientConfig'.",
    );
  }
  return { accessToken: "local-access-token", project, region, zone: "", id: "" };
}
