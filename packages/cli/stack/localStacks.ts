/** Where `npm run up -- --local` keeps stacks on the local cloud, and what their secrets are encrypted with. */
export const LOCAL_STACKS = { folder: ".pulumi-local", passphrase: "local" } as const;
