/** @type {import("jest").Config} */
module.exports = {
  rootDir: "../..",
  displayName: "workflows",
  testMatch: ["<rootDir>/test/ci/**/*.test.ts"],
  testEnvironment: "node",
  // Jobs wait for processes, much of the time: all files at once.
  maxWorkers: 6,
  // A job deploys, and each step starts processes: a slow machine is no failure.
  testTimeout: 900_000,
  transform: {
    "^.+\\.(ts|m?js)$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
      },
    ],
  },
  // Packages that ship ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!(jose|commander|croner)/)"],
};
