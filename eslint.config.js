import prettier from "eslint-config-prettier";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

/** Our packages, which are imported by their names. */
const PACKAGES = ["google", "cloud", "program", "cli"];

/** The folders at the root, which are imported by relative paths. */
const FOLDERS = ["tasks", "worker", "infra", "policy", "bootstrap", "bench", "test"];

/** What each of them may import of ours: itself and these. Held by `no-restricted-imports`. */
const MAY_IMPORT = {
  google: [],
  tasks: ["google"],
  worker: ["tasks", "google"],
  infra: ["tasks", "google"],
  policy: [],
  bootstrap: [],
  cloud: ["google"],
  program: ["tasks", "infra", "cloud", "google"],
  cli: ["tasks", "worker", "infra", "policy", "google", "cloud", "program"],
};

/** What is more about packages than about folders. */
const FORBIDDEN_PACKAGES = {
  tasks: ["^(?!zod$|google-auth-library$|@background-tasks/google/|node:|\\.)"],
  worker: ["^@pulumi/"],
};

const placeOf = (name) => (PACKAGES.includes(name) ? `packages/${name}/` : `${name}/`);

/** Matches an import of ours, by whichever way it can be written. */
function importOf(names) {
  const packages = names.filter((name) => PACKAGES.includes(name)).join("|");
  const folders = names.filter((name) => FOLDERS.includes(name)).join("|");
  return [
    ...(packages === "" ? [] : [`^@background-tasks/(${packages})(/|$)`]),
    ...(folders === "" ? [] : [`^(\\.\\./)+(${folders})/`]),
  ]
    .map((regex) => `(${regex})`)
    .join("|");
}

/** A way from one package into another, or from the root into any. */
function byPath(name) {
  const others = PACKAGES.filter((other) => other !== name).join("|");
  return `^(\\.\\.?/)+(packages/|${PACKAGES.includes(name) ? `(${others})/` : "packages/"})`;
}

const importDirection = Object.entries(MAY_IMPORT).map(([name, allowed]) => {
  const refused = [...PACKAGES, ...FOLDERS].filter(
    (other) => other !== name && !allowed.includes(other),
  );
  const may = ["itself", ...allowed.map(placeOf)];
  const message = `${placeOf(name)} may import only ${may.join(", ")} (ARCHITECTURE.md).`;
  return {
    files: [`${placeOf(name)}**/*.{ts,tsx}`],
    // The tests of a package may import what they put it in, but those of the cloud know no program either.
    ignores: name === "cloud" ? [] : ["packages/*/test/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: importOf(refused), message },
            {
              regex: byPath(name),
              message: "A package is imported by its name: '@background-tasks/…'.",
            },
            ...(FORBIDDEN_PACKAGES[name] ?? []).map((regex) => ({
              regex,
              message: `${placeOf(name)} does not import this package (ARCHITECTURE.md).`,
            })),
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "node_modules/"] },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Handlers and methods are async by contract.
      "@typescript-eslint/require-await": "off",
      // A number in a sentence is what it looks like.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  ...importDirection,
  {
    files: ["tasks/**/*.ts", "worker/**/*.ts", "infra/**/*.ts"],
    ignores: ["worker/handlers/**", "worker/startWorker.ts", "tasks/client/client.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message:
            "The environment is read by worker/startWorker.ts and createClient, and handed on (ARCHITECTURE.md).",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts", "packages/*/test/**/*.ts"],
    extends: [jest.configs["flat/recommended"]],
    rules: {
      // What a mock was given is `any`.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  prettier,
);
