import type { Contract } from "../../../tasks/contract/contract.ts";
import {
  formsOf,
  itemOf,
  payloadSchema,
  schemaOf,
  typesOf,
  type JsonSchema,
} from "./payloadSchema.ts";

/**
 * A payload that a task of the contract takes: one that is made of its schema or, where none can be, that of
 * a schedule. `undefined` where there is none either.
 */
export function examplePayload(
  task: string,
  { tasks, schedules }: Pick<Contract, "tasks" | "schedules">,
): unknown {
  const schema = tasks[task]?.payload;
  if (!schema) return undefined;
  const scheduled = Object.values(schedules).filter((schedule) => schedule.task === task);
  const candidates = [
    guessedPayload(payloadSchema(schema)),
    ...scheduled.map(({ payload }) => payload),
  ];
  return candidates.find((candidate) => schema.safeParse(candidate).success);
}

/** A value of the form that a JSON Schema asks for, as far as its own examples and a few guesses go. */
export function guessedPayload(schema: JsonSchema, name = "text"): unknown {
  const given: unknown = schema.const ?? schema.default ?? schema.examples?.[0] ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const [form] = formsOf(schema);
  if (form) return guessedPayload(form, name);
  switch (typesOf(schema)[0]) {
    case "object": {
      const { properties = {}, required = [] } = schema;
      return Object.fromEntries(
        required.map((key) => [key, guessedPayload(schemaOf(properties[key]), key)]),
      );
    }
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, (_, i) =>
        guessedPayload(schemaOf(schema.prefixItems?.[i] ?? itemOf(schema)), name),
      );
    case "boolean":
      return true;
    case "integer":
    case "number":
      return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? Infinity);
    case "string":
      return BY_FORMAT[schema.format ?? ""] ?? name.padEnd(schema.minLength ?? 0, ".");
    default:
      return null;
  }
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  email: "you@example.com",
  uri: "https://example.com/",
  date: "2027-01-31",
  "date-time": "2027-01-31T09:00:00Z",
  time: "09:00:00",
  uuid: "3f0c8a4e-5b1d-4c7e-9a2f-6d8b1e0c4a75",
  ipv4: "192.0.2.1",
};
