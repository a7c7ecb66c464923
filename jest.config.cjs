/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // Much of the time is spent waiting for processes.
  maxWorkers: "100%",
  // A slow machine is no failure; what a test waits for, it waits for by an event.
  testTimeout: 60_000,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
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
