// Rules are named one by one, so that no preset has to be found: the packages lie in .odoo/node.
const names = (list, value) => Object.fromEntries(list.split(/\s+/).map((name) => [name, value]));

const environment = names(
    "odoo luxon window document console navigator location history setTimeout clearTimeout " +
        "setInterval clearInterval requestAnimationFrame cancelAnimationFrame fetch URL " +
        "URLSearchParams Event CustomEvent MouseEvent KeyboardEvent Element HTMLElement Node " +
        "NodeList MutationObserver ResizeObserver IntersectionObserver FormData Blob File " +
        "FileReader getComputedStyle localStorage sessionStorage crypto structuredClone " +
        "queueMicrotask performance",
    "readonly",
);

const errors = names(
    "array-callback-return block-scoped-var constructor-super curly dot-notation eqeqeq " +
        "for-direction getter-return no-alert no-array-constructor no-async-promise-executor " +
        "no-caller no-case-declarations no-class-assign no-compare-neg-zero no-cond-assign " +
        "no-const-assign no-constant-condition no-control-regex no-debugger no-delete-var " +
        "no-dupe-args no-dupe-class-members no-dupe-else-if no-dupe-keys no-duplicate-case " +
        "no-duplicate-imports no-else-return no-empty no-empty-pattern no-eval no-ex-assign " +
        "no-extend-native no-extra-boolean-cast no-fallthrough no-func-assign no-global-assign " +
        "no-implied-eval no-import-assign no-inner-declarations no-invalid-regexp " +
        "no-irregular-whitespace no-iterator no-labels no-lone-blocks no-lonely-if " +
        "no-loss-of-precision no-multi-str no-new-func no-new-wrappers no-octal no-proto " +
        "no-prototype-builtins no-redeclare no-regex-spaces no-return-assign no-script-url " +
        "no-self-assign no-self-compare no-sequences no-setter-return no-shadow " +
        "no-shadow-restricted-names no-sparse-arrays no-this-before-super no-throw-literal " +
        "no-undef no-undef-init no-unexpected-multiline no-unmodified-loop-condition " +
        "no-unneeded-ternary no-unreachable no-unsafe-finally no-unsafe-negation " +
        "no-unused-expressions no-unused-labels no-unused-vars no-use-before-define " +
        "no-useless-call no-useless-catch no-useless-computed-key no-useless-concat " +
        "no-useless-escape no-useless-return no-var no-with object-shorthand prefer-const " +
        "prefer-promise-reject-errors radix require-yield use-isnan valid-typeof",
    "error",
);

export default [
    {ignores: ["**/static/lib/**", "**/static/description/**"]},
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: environment,
        },
        linterOptions: {reportUnusedDisableDirectives: "error"},
        rules: {
            ...errors,
            "no-console": ["error", {allow: ["warn", "error"]}],
            "no-use-before-define": ["error", {functions: false}],
            "no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
        },
    },
];
