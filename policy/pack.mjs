// Where the policy runtime begins. It compiles TypeScript that it is given, with settings of its own; what a
// module in plain JavaScript imports, Node runs as it is.
import "./index.ts";
