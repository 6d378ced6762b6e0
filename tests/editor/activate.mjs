// Loads the bundled extension as VS Code does, with a stand-in for VS Code's own module, and activates it: `node activate.mjs BUNDLE PROGRAM`.
// Prints what the reader is told.
import { Module, createRequire } from "node:module";

const [bundle, program] = process.argv.slice(2);
const told = [];

// whatever is asked of it, it is a class, a function and an object at once
const anything = () =>
  new Proxy(class {}, {
    get: (made, name) => (name in made || typeof name === "symbol" ? made[name] : (made[name] = anything())),
    apply: () => anything(),
  });
const vscode = anything();
vscode.version = "1.99.0";
vscode.window.showErrorMessage = async (message) => void told.push(message);
vscode.workspace.isTrusted = true;
vscode.workspace.workspaceFolders = [{ uri: { fsPath: "/bank" } }];
vscode.workspace.getConfiguration = () => ({ get: () => program });
vscode.workspace.createFileSystemWatcher = () => ({ onDidCreate: () => {}, onDidDelete: () => {} });

const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
const extension = createRequire(import.meta.url)(bundle);
await extension.activate({ subscriptions: [] });
console.log(JSON.stringify(told));
process.exit(0);
