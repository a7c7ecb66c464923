import { fingerprint } from "./secrets.ts";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Stand-ins for the outputs that no input has, in the form that Google and the providers give them. Each
 * follows from the inputs that replace its resource, so that a replacement shows in whatever uses it. `project` is
 * the provider's own.
 */
export function madeByGoogle(type: string, inputs: Properties, project: string): Properties {
  return {
    ...(type.startsWith("gcp:") && { project: inputs["project"] ?? project }),
    ...MADE[type]?.(inputs, project),
  };
}

const MADE: Readonly<Record<string, (inputs: Properties, project: string) => Properties>> = {
  "docker:index/image:Image": ({ imageName, build }) => ({
    repoDigest: `${String(imageName)}@sha256:${contextDigest(build)}`,
  }),
  "gcp:cloudrunv2/service:Service": ({ name, location }) => ({
    uri: `https://${String(name)}-${fingerprint(String(location))}.a.run.app`,
  }),
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": ({ workloadIdentityPoolId }) => ({
    name: `projects/1/locations/global/workloadIdentityPools/${String(workloadIdentityPoolId)}`,
  }),
  "gcp:monitoring/alertPolicy:AlertPolicy": ({ displayName }, project) => ({
    name: `projects/${project}/alertPolicies/${fingerprint(String(displayName))}`,
  }),
  "gcp:monitoring/notificationChannel:NotificationChannel": ({ type, labels }, project) => ({
    name: `projects/${project}/notificationChannels/${fingerprint(JSON.stringify([type, labels]))}`,
  }),
  "gcp:projects/iAMCustomRole:IAMCustomRole": ({ roleId }, project) => ({
    name: `projects/${project}/roles/${String(roleId)}`,
  }),
  "gcp:projects/serviceIdentity:ServiceIdentity": ({ service }) => {
    const agent = String(service).replace(/\.googleapis\.com$/, "");
    const email = `service-1@gcp-sa-${agent}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  "gcp:secretmanager/secretVersion:SecretVersion": ({ secretData }) => ({
    version: String(parseInt(fingerprint(String(secretData)), 16)),
  }),
  "gcp:serviceaccount/account:Account": ({ accountId }, project) => {
    const email = `${String(accountId)}@${project}.iam.gserviceaccount.com`;
    return {
      email,
      member: `serviceAccount:${email}`,
      name: `projects/${project}/serviceAccounts/${email}`,
    };
  },
  "random:index/randomId:RandomId": ({ prefix = "", ...inputs }) => ({
    hex: `${String(prefix)}${fingerprint(JSON.stringify(inputs))}`,
  }),
  // Of the 1st of January 2026, whenever it is asked for.
  "random:index/randomUuid7:RandomUuid7": () => ({
    result: "019b76da-a800-7000-8000-000000000000",
  }),
};

/** That of its files, where it is known. */
function contextDigest(build: unknown): string {
  const isKnown = typeof build === "object" && build !== null && "contextDigest" in build;
  return isKnown ? String(build.contextDigest) : "0a".repeat(32);
}
