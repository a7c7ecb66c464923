/** What the real Google provider reads for `gcp:skipRegionValidation`. */
const SKIP_REGION_VALIDATION = "PULUMI_GCP_SKIP_REGION_VALIDATION";

/**
 * The variables that the real providers need beside the stack's file. The Google provider takes the setting
 * `gcp:skipRegionValidation` as a boolean alone, and a stack's file hands over text: without the variable the
 * provider asks the real Compute Engine which regions there are. A variable that is set already stays.
 */
export function providerEnvironment(
  config: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const isAsked = config["gcp:skipRegionValidation"] === "true";
  if (!isAsked || environment[SKIP_REGION_VALIDATION] !== undefined) return {};
  return { [SKIP_REGION_VALIDATION]: "true" };
}
