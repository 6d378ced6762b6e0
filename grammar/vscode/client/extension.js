// The language client: starts `strategy lsp` and connects it to the editor. All that it can do is the server's.
"use strict";

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { located, missing } = require("./program");

/** @type {LanguageClient | undefined} */
let client;

async function activate(context) {
  const restart = async () => {
    await deactivate();
    await start();
  };
  const projects = workspace.createFileSystemWatcher("**/strategy.yaml", false, true, false);
  context.subscriptions.push(
    projects,
    projects.onDidCreate(restart),
    projects.onDidDelete(restart),
    commands.registerCommand("strategy.restart", restart),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("strategy.path") && restart()),
    workspace.onDidGrantWorkspaceTrust(restart),
  );
  await start();
}

async function deactivate() {
  const stopped = client;
  client = undefined;
  await stopped?.dispose();
}

async function start() {
  if (!workspace.isTrusted) {
    return; // colours and snippets only: the setting may name any program
  }
  const setting = workspace.getConfiguration("strategy").get("path", "strategy");
  const command = located(setting, workspace.workspaceFolders?.[0]?.uri.fsPath);
  const why = await missing(command);
  if (why !== null) {
    return complain(why);
  }
  client = new LanguageClient("strategy", "Strategy", { command, args: ["lsp"] }, { documentSelector: await selector() });
  try {
    await client.start();
  } catch (error) {
    complain(`\`${command} lsp\` did not start: ${error.message}. It needs \`pip install "strategy-engine[editor]"\`.`);
  }
}

/** Text files anywhere; YAML only below a project's folder, since other YAML is not ours. */
async function selector() {
  const files = await workspace.findFiles("**/strategy.yaml", "**/node_modules/**");
  const folders = files.map((file) => file.fsPath.replaceAll("\\", "/").replace(/\/[^/]*$/, ""));
  const yaml = folders.map((folder) => ({ language: "yaml", pattern: `${folder}/**/*.yaml` }));
  return [{ language: "strategy", scheme: "file" }, { language: "strategy", scheme: "untitled" }, ...yaml];
}

async function complain(message) {
  const open = "Open the setting";
  if ((await window.showErrorMessage(message, open)) === open) {
    await commands.executeCommand("workbench.action.openSettings", "strategy.path");
  }
}

module.exports = { activate, deactivate };
