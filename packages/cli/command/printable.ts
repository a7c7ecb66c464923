import { stripVTControlCharacters } from "node:util";

/** A text that a terminal shows and does not obey. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    "\ufffd",
  );
}
