/** What of JSON Schema a form is made of; the rest is given as JSON. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface FieldProps {
  readonly name: string;
  readonly schema: Schema;
  readonly value: unknown;
  readonly isRequired: boolean;
  readonly onValue: (value: unknown) => void;
}

/** The input of one field of a payload. The worker's contract judges what is typed; the browser only helps. */
export function Field(props: FieldProps) {
  const { name, schema, value, isRequired, onValue } = props;
  if (schema.type === "object" && schema.properties) return <Fields {...props} />;
  const label = `${name}${isRequired ? "" : " (optional)"}`;
  const note = schema.description;
  if (schema.enum) {
    return (
      <label>
        {label}
        <select
          value={schema.enum.indexOf(value)}
          onChange={(event) => {
            onValue(schema.enum?.[Number(event.currentTarget.value)]);
          }}
        >
          {!isRequired && <option value={-1}> </option>}
          {schema.enum.map((one, i) => (
            <option key={i} value={i}>
              {String(one)}
            </option>
          ))}
        </select>
        {note}
      </label>
    );
  }
  switch (schema.type) {
    case "boolean":
      return (
        <label class="check">
          <input
            type="checkbox"
            checked={value === true}
            onChange={(event) => {
              onValue(event.currentTarget.checked);
            }}
          />
          {label} {note}
        </label>
      );
    case "integer":
    case "number":
      return (
        <label>
          {label}
          <input
            type="number"
            step={schema.type === "integer" ? 1 : "any"}
            value={typeof value === "number" ? value : ""}
            onInput={(event) => {
              const { value: typed } = event.currentTarget;
              onValue(typed === "" ? undefined : Number(typed));
            }}
          />
          {note}
        </label>
      );
    case "string":
      return (
        <label>
          {label}
          <Text
            isLong={schema.format === undefined && (schema.maxLength ?? Infinity) > 200}
            value={typeof value === "string" ? value : ""}
            onText={(typed) => {
              onValue(typed === "" && !isRequired ? undefined : typed);
            }}
          />
          {note}
        </label>
      );
    default:
      return <Json {...props} label={label} />;
  }
}

function Fields({ name, schema, value, onValue }: FieldProps) {
  const object = typeof value === "object" && value !== null ? value : {};
  return (
    <fieldset>
      <legend>{name}</legend>
      {Object.entries(schema.properties ?? {}).map(([key, part]) => (
        <Field
          key={key}
          name={key}
          schema={part}
          value={(object as Record<string, unknown>)[key]}
          isRequired={schema.required?.includes(key) === true}
          onValue={(next) => {
            // What is undefined is no field of the JSON.
            onValue({ ...object, [key]: next });
          }}
        />
      ))}
    </fieldset>
  );
}

function Text({
  isLong,
  value,
  onText,
}: {
  readonly isLong: boolean;
  readonly value: string;
  readonly onText: (text: string) => void;
}) {
  return isLong ? (
    <textarea
      rows={3}
      value={value}
      onInput={(event) => {
        onText(event.currentTarget.value);
      }}
    />
  ) : (
    <input
      value={value}
      onInput={(event) => {
        onText(event.currentTarget.value);
      }}
    />
  );
}

/** What has no input of its own is typed as JSON. Until it is JSON, it stays what it was. */
function Json({ label, value, onValue }: FieldProps & { readonly label: string }) {
  return (
    <label>
      {label}, as JSON
      <textarea
        rows={3}
        spellcheck={false}
        onInput={(event) => {
          const { currentTarget } = event;
          try {
            onValue(JSON.parse(currentTarget.value));
            currentTarget.setCustomValidity("");
          } catch {
            currentTarget.setCustomValidity("This is no JSON yet.");
          }
        }}
      >
        {value === undefined ? "" : JSON.stringify(value, undefined, 2)}
      </textarea>
    </label>
  );
}
