/** @type {import("jest").Config} */
module.exports = {
  rootDir: "../..",
  displayName: "adoption",
  testMatch: ["<rootDir>/test/adoption/**/*.test.ts"],
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" } },
        module: { type: "commonjs" },
      },
    ],
  },
};
