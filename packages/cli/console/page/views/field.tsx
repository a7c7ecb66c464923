import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";

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
      <Noted note={note}>
        {(noteId) => (
          <label>
            {label}
            <select
              aria-describedby={noteId}
              value={schema.enum?.indexOf(value) ?? -1}
              onChange={(event) => {
                onValue(schema.enum?.[Number(event.currentTarget.value)]);
              }}
            >
              {!isRequired && <option value={-1}> </option>}
              {schema.enum?.map((one, i) => (
                <option key={i} value={i}>
                  {String(one)}
                </option>
              ))}
            </select>
          </label>
        )}
      </Noted>
    );
  }
  switch (schema.type) {
    case "boolean":
      return (
        <Noted note={note}>
          {(noteId) => (
            <label class="check">
              <input
                type="checkbox"
                aria-describedby={noteId}
                checked={value === true}
                onChange={(event) => {
                  onValue(event.currentTarget.checked);
                }}
              />
              {label}
            </label>
          )}
        </Noted>
      );
    case "integer":
    case "number":
      return (
        <Noted note={note}>
          {(noteId) => (
            <label>
              {label}
              <input
                type="number"
                aria-describedby={noteId}
                step={schema.type === "integer" ? 1 : "any"}
                value={typeof value === "number" ? value : ""}
                onInput={(event) => {
                  const { value: typed } = event.currentTarget;
                  onValue(typed === "" ? undefined : Number(typed));
                }}
              />
            </label>
          )}
        </Noted>
      );
    case "string":
      return (
        <Noted note={note}>
          {(noteId) => (
            <label>
              {label}
              <Text
                noteId={noteId}
                isLong={schema.format === undefined && (schema.maxLength ?? Infinity) > 200}
                value={typeof value === "string" ? value : ""}
                onText={(typed) => {
                  onValue(typed === "" && !isRequired ? undefined : typed);
                }}
              />
            </label>
          )}
        </Noted>
      );
    default:
      return <Json {...props} label={label} />;
  }
}

/** A labelled input with what is said of it: told after its name, and no part of that. */
function Noted({
  note,
  children,
}: {
  readonly note: string | undefined;
  readonly children: (noteId: string | undefined) => ComponentChild;
}) {
  const id = useId();
  if (note === undefined) return children(undefined);
  return (
    <div>
      {children(id)}
      <p class="quiet" id={id}>
        {note}
      </p>
    </div>
  );
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
  noteId,
  isLong,
  value,
  onText,
}: {
  readonly noteId: string | undefined;
  readonly isLong: boolean;
  readonly value: string;
  readonly onText: (text: string) => void;
}) {
  return isLong ? (
    <textarea
      rows={3}
      aria-describedby={noteId}
      value={value}
      onInput={(event) => {
        onText(event.currentTarget.value);
      }}
    />
  ) : (
    <input
      aria-describedby={noteId}
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
