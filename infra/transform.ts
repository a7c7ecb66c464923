/**
 * Changes what a resource is asked for, where a component has no argument for it: gets the arguments that the
 * component would give and the resource's name, and returns those that it is to give. What the policy refuses
 * of the program it refuses of these too.
 */
export type Transform<Args> = (args: Args, name: string) => Args;

/** The arguments as a `transform`, if there is one, leaves them. */
export function transformed<Args>(
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
): Args {
  return transform === undefined ? args : transform(args, name);
}
