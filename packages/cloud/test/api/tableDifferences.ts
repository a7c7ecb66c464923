import protobuf from "protobufjs";
import { camelCase, type FieldType, type MessageType, type Oneofs } from "../../api/protoJson.ts";

/** A table as it stands in a field. */
export interface Table {
  readonly message: MessageType;
  readonly oneofs?: Oneofs;
}

/** Where a table is not what Google's definition of the message is, a sentence for each place. */
export function tableDifferences(
  { message, oneofs = {} }: Table,
  type: protobuf.Type,
  place = "",
): string[] {
  const names = new Set([...Object.keys(message), ...type.fieldsArray.map(({ name }) => name)]);
  const at = (name: string): string => (place === "" ? name : `${place}.${name}`);
  const own = Object.entries(oneofs).map(oneofText);
  const googles = type.oneofsArray
    // A field that says whether it was set is a oneof of its own.
    .filter(({ fieldsArray }) => fieldsArray.length > 1)
    .map(({ name, fieldsArray }) => oneofText([name, fieldsArray.map((field) => field.name)]));
  return [
    ...[...names].flatMap((name) => fieldDifferences(message[name], type.fields[name], at(name))),
    ...own.filter((one) => !googles.includes(one)).map((one) => `${at(one)} is not Google's.`),
    ...googles.filter((one) => !own.includes(one)).map((one) => `${at(one)} is missing.`),
  ];
}

function oneofText([name, fields]: [string, readonly string[]]): string {
  return `oneof ${camelCase(name)} { ${fields.toSorted().join(", ")} }`;
}

function fieldDifferences(
  own: FieldType | undefined,
  field: protobuf.Field | undefined,
  place: string,
): string[] {
  if (own === undefined) return [`${place} is missing.`];
  if (field === undefined) return [`${place} is not Google's.`];
  const { form, item } = formOf(own);
  const must = field.map ? "map" : field.repeated ? "list" : "value";
  if (form !== must) return [`${place} is a ${form}; it must be a ${must}.`];
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Type && typeof item === "object" && "message" in item) {
    return tableDifferences(item, resolvedType, place);
  }
  // What is kept as it comes may be of any message.
  if (resolvedType instanceof protobuf.Type && item === "struct") return [];
  const kind = kindOf(field);
  return kindText(item) === kind ? [] : [`${place} is ${kindText(item)}; it must be ${kind}.`];
}

function formOf(own: FieldType): { form: "map" | "list" | "value"; item: FieldType } {
  if (typeof own === "object" && "map" in own) return { form: "map", item: own.map };
  if (typeof own === "object" && "repeated" in own) return { form: "list", item: own.repeated };
  return { form: "value", item: own };
}

function kindOf({ type, resolvedType }: protobuf.Field): string {
  if (resolvedType instanceof protobuf.Enum) {
    const names: string[] = [];
    for (const [name, number] of Object.entries(resolvedType.values)) names[number] = name;
    return enumText(names);
  }
  return KINDS[resolvedType?.fullName ?? type] ?? type;
}

/** Numbers without a name are gaps. */
function enumText(names: readonly string[]): string {
  return `enum { ${Array.from(names, (name: string | undefined) => name ?? "-").join(" ")} }`;
}

function kindText(own: FieldType): string {
  if (typeof own === "string") return own;
  return "enum" in own ? enumText(own.enum) : "a message";
}

/** What has a JSON form of its own. https://protobuf.dev/programming-guides/json/ */
const KINDS: Readonly<Record<string, string>> = {
  ".google.protobuf.BoolValue": "bool",
  ".google.protobuf.Duration": "duration",
  ".google.protobuf.Timestamp": "timestamp",
};
