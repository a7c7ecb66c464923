/** An argument as one types it, for Bash: what is no bare word stands in quotes in which a shell obeys nothing. */
export function shellWord(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
