import prettier from "eslint-config-prettier";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

/** What each folder may import of ours: itself and these. Held by `no-restricted-imports`. */
const MAY_IMPORT = {
  tasks: [],
  worker: ["tasks"],
  infra: ["tasks"],
  ops: ["tasks"],
  policy: [],
  image: ["infra", "tasks"],
  local: ["image", "infra", "policy", "tasks"],
  bootstrap: [],
  release: ["local"],
  review: ["image", "infra", "local", "policy", "tasks"],
};
const FOLDERS = [...Object.keys(MAY_IMPORT), "bench", "test"];

/** What is more about packages than about folders. */
const FORBIDDEN_PACKAGES = {
  tasks: ["^(?!zod$|google-auth-library$|node:|\\.)"],
  worker: ["^@pulumi/"],
};

const importDirection = Object.entries(MAY_IMPORT).map(([folder, allowed]) => {
  const refused = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${refused.join("|")})/`,
              message: `${folder}/ may import only ${["itself", ...allowed.map((a) => `${a}/`)].join(", ")} (ARCHITECTURE.md).`,
            },
            ...(FORBIDDEN_PACKAGES[folder] ?? []).map((regex) => ({
              regex,
              message: `${folder}/ does not import this package (ARCHITECTURE.md).`,
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
    files: ["**/*.ts"],
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
    files: ["test/**/*.ts"],
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
