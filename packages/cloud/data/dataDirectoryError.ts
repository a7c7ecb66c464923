/** The data cannot be kept in that directory. Its message names it, and says why. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}
