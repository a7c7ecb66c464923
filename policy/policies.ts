import type {
  Policies,
  PolicyConfigSchema,
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { readPolicyConfig, settingsOf, type PolicyConfig } from "./policyConfig.ts";
import { plainProperties } from "./plainProperties.ts";
import { titleOf, UNKNOWN, type Resource } from "./resource.ts";
import {
  checkResource,
  type ResourceRule,
  type Rule,
  type Settings,
  type SettingValue,
  type StackRule,
} from "./rule.ts";
import { rules } from "./rules/index.ts";

/**
 * The rules as the engine takes them, for the stacks of a project's folder. Rules about one resource see its
 * inputs, before it is made; rules about the stack see what all resources came to.
 */
export function policies(directory: string): Policies {
  const configs = new Map<string, PolicyConfig>();
  /** An operator's settings for this run come before the stack's own. */
  const settingsFor = (rule: Rule, urn: string, ofThisRun: object): Settings => {
    const stack = stackOf(urn);
    const config = configs.get(stack) ?? readPolicyConfig(directory, stack);
    configs.set(stack, config);
    return { ...settingsOf(rule, config), ...ofThisRun };
  };
  const judged = rules.map((rule) =>
    rule.kind === "stack" ? stackPolicy(rule, settingsFor) : resourcePolicy(rule, settingsFor),
  );
  return [...judged, ...judgedLater()];
}

/** Says in a preview of what resources no rule knows all that the program asks for. */
function judgedLater(): Policies {
  const titles = new Map<string, string>();
  return [
    {
      name: "inputs-known",
      description: "What the program asks for is known before the deployment.",
      enforcementLevel: "advisory",
      validateResource: (args) => {
        const resource = toResource(args);
        if (isUnknownWithin(resource.properties)) titles.set(args.urn, titleOf(resource));
      },
    },
    {
      name: "judged-after-deployment",
      description: "What a preview does not know is judged after the deployment.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, reportViolation) => {
        if (titles.size === 0) return;
        reportViolation(
          `Not all is known yet of ${[...titles.values()].join(", ")}. It is judged after the deployment: ` +
            `npm run policy -- --deployed --stack ${stackOf(resources[0]?.urn ?? "")}`,
        );
      },
    },
  ];
}

function isUnknownWithin(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknownWithin);
}

type SettingsFor = (rule: Rule, urn: string, ofThisRun: object) => Settings;

function resourcePolicy(rule: ResourceRule, settingsFor: SettingsFor): ResourceValidationPolicy {
  return {
    ...aboutRule(rule),
    validateResource: (args, reportViolation) => {
      const settings = settingsFor(rule, args.urn, args.getConfig());
      for (const message of checkResource(rule, toResource(args), settings)) {
        reportViolation(message);
      }
    },
  };
}

function stackPolicy(rule: StackRule, settingsFor: SettingsFor): StackValidationPolicy {
  return {
    ...aboutRule(rule),
    validateStack: (args, reportViolation) => {
      const { resources: all } = args;
      const settings = settingsFor(rule, all[0]?.urn ?? "", args.getConfig());
      const urns = new Map(all.map((resource) => [toResource(resource), resource.urn]));
      for (const { resource, message } of rule.check([...urns.keys()], settings)) {
        reportViolation(message, resource && urns.get(resource));
      }
    },
  };
}

function aboutRule(rule: Rule) {
  const { name, description, severity } = rule;
  return { name, description, enforcementLevel: severity, configSchema: configSchema(rule) };
}

/** A setting has no default here: what the engine passes on is then what an operator set for this run. */
function configSchema({ settings = {} }: Rule): PolicyConfigSchema {
  return {
    properties: Object.fromEntries(
      Object.entries(settings).map(([name, { description, default: byDefault }]) => [
        name,
        { description, ...schemaOf(byDefault) },
      ]),
    ),
  };
}

function schemaOf(value: SettingValue) {
  switch (typeof value) {
    case "string":
      return { type: "string" as const };
    case "number":
      return { type: "number" as const };
    case "boolean":
      return { type: "boolean" as const };
    default:
      return { type: "array" as const, items: { type: "string" as const } };
  }
}

function toResource(given: ResourceValidationArgs | PolicyResource): Resource {
  const { type, name, props, opts, provider } = given;
  // What a resource does not say, its provider adds.
  const project = provider && plainProperties(provider.props)["project"];
  return {
    type,
    name,
    properties: { ...(project !== undefined && { project }), ...plainProperties(props) },
    options: { protect: opts.protect },
  };
}

/** `urn:pulumi:prod::background-tasks::…` */
function stackOf(urn: string): string {
  return urn.split("::")[0]?.split(":")[2] ?? "";
}
