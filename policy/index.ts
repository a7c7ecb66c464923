import {
  PolicyPack,
  type PolicyConfigSchema,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { plainProperties } from "./plainProperties.ts";
import type { Resource } from "./resource.ts";
import {
  checkResource,
  settingsOf,
  type ResourceRule,
  type Rule,
  type SettingValue,
  type StackRule,
} from "./rule.ts";
import { rules } from "./rules/index.ts";

/*
 * The rules as a policy pack, for the engine: `pulumi preview --policy-pack policy`. Rules about one resource
 * see its inputs, before it is made; rules about the stack see what all resources came to.
 */
new PolicyPack("background-tasks", {
  policies: rules.map((rule) => (rule.kind === "stack" ? stackPolicy(rule) : resourcePolicy(rule))),
});

function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  return {
    ...aboutRule(rule),
    validateResource: (args, reportViolation) => {
      const settings = { ...settingsOf(rule, stackOf(args.urn)), ...args.getConfig() };
      for (const message of checkResource(rule, toResource(args), settings)) {
        reportViolation(message);
      }
    },
  };
}

function stackPolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...aboutRule(rule),
    validateStack: (args, reportViolation) => {
      const { resources: all } = args;
      const settings = { ...settingsOf(rule, stackOf(all[0]?.urn ?? "")), ...args.getConfig() };
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
