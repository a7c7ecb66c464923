/** What a resource's inputs are told beside: whose project it is in. */
export interface Place {
  readonly project: string;
}

type Properties = Readonly<Record<string, unknown>>;

/**
 * The outputs that no input has, in the form that Google and the providers give them: rules compare them
 * across resources.
 */
export function outputsOf(type: string, inputs: Properties, place: Place): Properties {
  return {
    ...(type.startsWith("gcp:") && { project: place.project }),
    ...MADE[type]?.(inputs, place),
  };
}

const MADE: Readonly<Record<string, (inputs: Properties, place: Place) => Properties>> = {
  "docker:index/image:Image": ({ imageName }) => ({
    repoDigest: `${String(imageName)}@sha256:${"0a".repeat(32)}`,
  }),
  "gcp:cloudrunv2/service:Service": ({ name }) => ({ uri: `https://${String(name)}-x1.a.run.app` }),
  "gcp:projects/serviceIdentity:ServiceIdentity": ({ service }) => {
    const agent = String(service).replace(/\.googleapis\.com$/, "");
    const email = `service-1@gcp-sa-${agent}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  "gcp:secretmanager/secretVersion:SecretVersion": () => ({ version: "1" }),
  "gcp:serviceaccount/account:Account": ({ accountId }, { project }) => {
    const email = `${String(accountId)}@${project}.iam.gserviceaccount.com`;
    return {
      email,
      member: `serviceAccount:${email}`,
      name: `projects/${project}/serviceAccounts/${email}`,
    };
  },
  "random:index/randomId:RandomId": ({ prefix }) => ({ hex: `${String(prefix)}0a1b2c3d` }),
};
