// Stands in for what Pulumi's SDK loads at its start and no test in Jest's process uses: see jest.config.cjs.
module.exports = new Proxy(
  {},
  {
    get(_, key) {
      // What is compiled from TypeScript asks before it copies a module.
      if (key === "__esModule") return true;
      throw new Error(
        `A test reads '${String(key)}' of 'typescript' or '@npmcli/arborist', which Jest does not load: ` +
          "run what needs it in a process of its own, or take it out of 'moduleNameMapper' in jest.config.cjs.",
      );
    },
  },
);
