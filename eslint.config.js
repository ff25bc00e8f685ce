// How the page's code is written: docs/architecture.md says where it stands.

import js from "@eslint/js";
import stylistic from "@stylistic/eslint-plugin";
import globals from "globals";

export default [
  js.configs.recommended,
  stylistic.configs.customize({ quotes: "double", semi: true, arrowParens: true, braceStyle: "1tbs" }),
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "prefer-template": "error",
      "@stylistic/quotes": ["error", "double", { avoidEscape: true }],
      // Left to whoever writes it.
      "@stylistic/exp-list-style": "off",
      "@stylistic/list-style": "off",
      "@stylistic/max-statements-per-line": "off",
      "@stylistic/multiline-ternary": "off",
      "@stylistic/quote-props": "off",
    },
  },
  { files: ["web/static/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    files: ["web/static/js/*.js"],
    ignores: ["web/static/js/base.js"],
    rules: {
      "no-restricted-properties": ["error", ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) =>
        ({ property, message: "HTML comes from the server, by `fragment` of base.js; all else is text." }))],
    },
  },
  { files: ["web/static/early.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/js/**/*.js"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
];
