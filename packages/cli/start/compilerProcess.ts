import ts from "typescript";

// The process in which the compiler watches the code that is deployed: what `infra/tsconfig.json` of the working directory
// says that is. It keeps what it has read, so that a change is checked in a moment. Its parent (compiler.ts) is told when a
// check begins, and the errors at its end.

// The parent is gone: so is the reason to go on.
process.once("disconnect", () => process.exit());

const format: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};

let errors: string[] = [];
// Where there is nothing to watch, the compiler ends the process.
process.once("exit", (code) => {
  if (code !== 0) console.error(errors.join("\n"));
});

ts.createWatchProgram(
  ts.createWatchCompilerHost(
    "infra/tsconfig.json",
    // What is known from the last time makes the first check quicker.
    { noEmit: true, incremental: true, tsBuildInfoFile: "dist/types.tsbuildinfo" },
    ts.sys,
    ts.createEmitAndSemanticDiagnosticsBuilderProgram,
    (diagnostic) => {
      errors.push(ts.formatDiagnostic(diagnostic, format).trimEnd());
    },
    (_status, _newLine, _options, count) => {
      // Without a count, it begins.
      if (count === undefined) errors = [];
      process.send?.(count === undefined ? { isChecking: true } : { errors });
    },
  ),
);
