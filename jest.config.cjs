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

/** What is deployed, and judges it: the tests of these folders alone must reach nearly all of their code. */
const DEPLOYED = ["tasks", "worker", "infra", "policy"];

/** @type {import("jest").Config} */
module.exports = {
  // Much of the time is spent waiting for processes.
  maxWorkers: "100%",
  // A worker that ran half of the tests holds a gigabyte: a busy machine takes a while to give it back.
  workerGracefulExitTimeout: 10_000,
  // For what hangs, of every test: what one waits for, it waits for by an event, on a slow machine too.
  testTimeout: 600_000,
  projects: [
    // What a team has of its own: npm test -- --selectProjects stack
    { ...everywhere, displayName: "stack", testMatch: ["<rootDir>/test/stack/**/*.test.ts"] },
    {
      ...everywhere,
      displayName: "deployed",
      testMatch: DEPLOYED.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
    },
    {
      ...everywhere,
      displayName: "machinery",
      testMatch: ["<rootDir>/test/**/*.test.ts", "<rootDir>/packages/*/test/**/*.test.ts"],
      testPathIgnorePatterns: [
        ...["stack", ...DEPLOYED].map((folder) => `<rootDir>/test/${folder}/`),
        // npm run test:adoption and npm run test:workflows run what takes minutes.
        "<rootDir>/test/adoption/",
        "<rootDir>/test/ci/",
      ],
    },
  ],
  // For npm run test:coverage.
  collectCoverageFrom: [
    ...DEPLOYED.map((folder) => `${folder}/**/*.ts`),
    // Yours: test/stack/ is of these, whatever is in them.
    "!tasks/*.ts",
    "!worker/handlers/**",
    "!infra/index.ts",
    // A process, which test/worker/main.test.ts starts.
    "!worker/{main,startWorker}.ts",
  ],
  coverageReporters: [["text", { skipFull: true }]],
  coverageThreshold: Object.fromEntries(
    DEPLOYED.map((folder) => [`./${folder}/`, { lines: 95, branches: 90 }]),
  ),
};
