/** Where `npm start` serves Google's API, on 127.0.0.1, unless told otherwise. */
export const LOCAL_API_PORT = 8123;

/** The path, below it, of the outputs of the stack that is deployed there. */
export const LOCAL_OUTPUTS_PATH = "/local/v1/outputs";

/** Where `npm run up -- --local` keeps stacks on the local cloud, and what their secrets are encrypted with. */
export const LOCAL_STACKS = { folder: ".pulumi-local", passphrase: "local" } as const;
