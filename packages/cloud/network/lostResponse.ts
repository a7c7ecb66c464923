/** What was asked for has been done, and nobody is to hear of it: the connection breaks. */
export class LostResponse extends Error {
  override readonly name = "LostResponse";

  constructor() {
    super("The response was lost, as a fault asked for.");
  }
}
