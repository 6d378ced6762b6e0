// Tokenises a file as VS Code does, with its own engine and the extension's grammars: `node tokenise.mjs [--html] SCOPE FILE`.
// Prints each line, and below it each token with its innermost scope; or the line as HTML, in the colours of VS Code's light theme.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const extension = fileURLToPath(new URL("../../grammar/vscode/", import.meta.url));
const require = createRequire(`${extension}package.json`);
const { Registry, parseRawGrammar, INITIAL } = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);

const manifest = JSON.parse(readFileSync(`${extension}package.json`, "utf8"));
const paths = new Map([["source.yaml", require.resolve("tm-grammars/grammars/yaml.json")]]);
const injected = new Map();
for (const { scopeName, path, injectTo = [] } of manifest.contributes.grammars) {
  paths.set(scopeName, extension + path);
  for (const scope of injectTo) {
    injected.set(scope, [...(injected.get(scope) ?? []), scopeName]);
  }
}
const registry = new Registry({
  onigLib: { createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns), createOnigString: (text) => new oniguruma.OnigString(text) },
  loadGrammar: async (scope) => (paths.has(scope) ? parseRawGrammar(readFileSync(paths.get(scope), "utf8"), paths.get(scope)) : null),
  getInjections: (scope) => injected.get(scope),
});

const arguments_ = process.argv.slice(2).filter((each) => each !== "--html");
const grammar = await registry.loadGrammar(arguments_[0]);
const lines = readFileSync(arguments_[1], "utf8").replace(/\n$/, "").split("\n");
const html = process.argv.includes("--html");
const COLOURS = [ // VS Code's "Light+", as far as these scopes go
  ["comment", "#008000"], ["string", "#a31515"], ["constant.numeric", "#098658"], ["constant.other.placeholder", "#811f3f"],
  ["constant.character", "#ee0000"], ["constant.other.date", "#098658"], ["constant", "#0000ff"], ["storage", "#0000ff"],
  ["entity.name.type", "#267f99"], ["entity.name.tag", "#800000"], ["entity.other", "#e50000"], ["support.type.property", "#0451a5"],
  ["support.function", "#795e26"], ["keyword.control", "#af00db"], ["keyword.other", "#af00db"], ["keyword.operator.logical", "#0000ff"],
  ["variable.language", "#0000ff"], ["variable", "#001080"],
];
const escaped = (text) => text.replace(/[&<>]/g, (each) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[each]);
const colour = (scopes) => [...scopes].reverse().map((scope) => COLOURS.find(([prefix]) => scope.startsWith(prefix))?.[1]).find(Boolean) ?? "#000";

let stack = INITIAL;
for (const line of lines) {
  const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
  stack = ruleStack;
  if (html) {
    console.log(tokens.map((each) => `<span style="color:${colour(each.scopes)}">${escaped(line.slice(each.startIndex, each.endIndex))}</span>`).join(""));
  } else {
    console.log(line);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const [text, scope] = [line.slice(startIndex, endIndex).trim(), scopes.at(-1)];
      if (text && !scope.startsWith("punctuation")) {
        console.log(`    ${text.padEnd(20)} ${scope.replace(/\.strategy$/, "")}`);
      }
    }
  }
}
