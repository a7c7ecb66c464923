/** The verbs that a target may ask for, in the order of their numbers. */
export const HTTP_METHODS = [
  "HTTP_METHOD_UNSPECIFIED",
  "POST",
  "GET",
  "HEAD",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
] as const;
