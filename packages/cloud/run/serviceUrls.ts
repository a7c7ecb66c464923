import { createHash } from "node:crypto";

/** The addresses that Cloud Run gives a service: `uri` is the older form, `urls` are both. */
export function serviceUrls(
  service: string,
  project: { readonly name: string; readonly number: string },
  region: string,
): { readonly uri: string; readonly urls: readonly string[] } {
  const hash = letters(`${project.name} ${region}`, 10);
  const uri = `https://${service}-${hash}-${regionCode(region)}.a.run.app`;
  return { uri, urls: [`https://${service}-${project.number}.${region}.run.app`, uri] };
}

/** The two letters that stand for a region. One that is not known here gets two of its own. */
function regionCode(region: string): string {
  return CODES[region] ?? letters(region, 2);
}

const CODES: Readonly<Record<string, string>> = {
  "asia-east1": "de",
  "asia-northeast1": "an",
  "asia-south1": "el",
  "asia-southeast1": "as",
  "australia-southeast1": "ts",
  "europe-north1": "lz",
  "europe-west1": "ew",
  "europe-west2": "nw",
  "europe-west3": "ey",
  "europe-west4": "ez",
  "europe-west6": "oa",
  "northamerica-northeast1": "nn",
  "southamerica-east1": "rj",
  "us-central1": "uc",
  "us-east1": "ue",
  "us-east4": "uk",
  "us-west1": "uw",
};

/** Lower-case letters that hang on `text` alone. */
function letters(text: string, count: number): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, count);
  return [...bytes].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
}
