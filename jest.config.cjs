const everywhere = {
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/support/shortTraces.cjs"],
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
  // Pulumi's SDK loads these with it, and each file of tests that needs the SDK anew: half a second.
  moduleNameMapper: {
    "^(typescript|@npmcli/arborist)$": "<rootDir>/test/support/notLoaded.cjs",
  },
};

/** @type {import("jest").Config} */
module.exports = {
  // Much of the time is spent waiting for processes.
  maxWorkers: "100%",
  // A worker that ran half of the tests holds a gigabyte: a busy machine takes a while to give it back.
  workerGracefulExitTimeout: 10_000,
  // A slow machine is no failure; what a test waits for, it waits for by an event.
  testTimeout: 60_000,
  projects: [
    // What a team has of its own: npm test -- --selectProjects stack
    { ...everywhere, displayName: "stack", testMatch: ["<rootDir>/test/stack/**/*.test.ts"] },
    {
      ...everywhere,
      displayName: "machinery",
      testMatch: ["<rootDir>/test/**/*.test.ts", "<rootDir>/packages/*/test/**/*.test.ts"],
      // npm run test:adoption runs what takes minutes.
      testPathIgnorePatterns: ["<rootDir>/test/stack/", "<rootDir>/test/adoption/"],
    },
  ],
};
