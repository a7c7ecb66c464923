import { runtime } from "@pulumi/pulumi";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

type Request = messages.RegisterResourceRequest;

/** The options of a resource as its transforms are told them, with what the engine takes from the parent. */
export function optionsOf(
  request: Request,
  parent: messages.TransformResourceOptions | undefined,
): messages.TransformResourceOptions {
  const options = new messages.TransformResourceOptions()
    .setImport(request.getImportid())
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setReplacementTrigger(request.getReplacementTrigger())
    .setVersion(request.getVersion())
    .setAliasesList(request.getAliasesList())
    .setProvider(request.getProvider())
    .setHideDiffList(request.getHidediffsList())
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith() || (parent?.getDeletedWith() ?? ""))
    .setReplaceWithList(request.getReplaceWithList())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
    .setHooks(request.getHooks());
  for (const [name, provider] of request.getProvidersMap().entries()) {
    options.getProvidersMap().set(name, provider);
  }
  if (request.getDeletebeforereplacedefined()) {
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  }
  const protecting = [request, parent].find((one) => one?.hasProtect());
  if (protecting) options.setProtect(protecting.getProtect() === true);
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() === true);
  else if (parent?.hasRetainOnDelete())
    options.setRetainOnDelete(parent.getRetainOnDelete() === true);
  return options;
}

/**
 * The properties of a resource as its transforms are told them: secrets are outputs, and where the resource has
 * transforms of its own, so is what depends on other resources.
 */
export function propertiesOf(request: Request): struct.Struct {
  const given = request.getObject()?.toJavaScript() ?? {};
  const dependencies = request.getPropertydependenciesMap();
  const hasOwn = request.getTransformsList().length > 0;
  const properties = Object.entries(given).map(([key, value]): [string, struct.JavaScriptValue] => {
    const output = secretsAsOutputs(value);
    const urns = hasOwn ? (dependencies.get(key)?.getUrnsList() ?? []) : [];
    if (urns.length === 0) return [key, output];
    const known = isMapping(output) && output[SIGNATURE] === OUTPUT ? output : plainOutput(output);
    return [key, { ...known, dependencies: urns }];
  });
  return struct.Struct.fromJavaScript(Object.fromEntries(properties));
}

const {
  specialSigKey: SIGNATURE,
  specialOutputValueSig: OUTPUT,
  specialSecretSig: SECRET,
} = runtime;

function secretsAsOutputs(value: unknown): struct.JavaScriptValue {
  if (Array.isArray(value)) return value.map(secretsAsOutputs);
  if (!isMapping(value)) return value as struct.JavaScriptValue;
  if (value[SIGNATURE] === SECRET) return { ...plainOutput(value["value"]), secret: true };
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, secretsAsOutputs(one)]),
  );
}

function plainOutput(value: unknown): Record<string, unknown> {
  return { [SIGNATURE]: OUTPUT, value };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
