// Whether the program `strategy` is there. No part of VS Code, so that it can be tried without one.
"use strict";

const { execFile } = require("node:child_process");
const path = require("node:path");

/**
 * The program that a setting names: a path with a folder in it, such as `.venv/bin/strategy`, counts from the opened folder.
 * @param {string} setting
 * @param {string | undefined} folder the opened folder
 * @returns {string}
 */
function located(setting, folder) {
  return /[\\/]/.test(setting) && folder !== undefined ? path.resolve(folder, setting) : setting;
}

/**
 * Asks a program for its version.
 * @param {string} program a name on the PATH, or a path
 * @returns {Promise<string | null>} null where it answers, else what to tell the reader
 */
function missing(program) {
  return new Promise((tell) => {
    execFile(program, ["--version"], { timeout: 30_000, windowsHide: true }, (error) => {
      if (error === null) {
        tell(null);
      } else if (error.code === "ENOENT") {
        tell(
          `The program \`${program}\` is not there. Install it with \`pip install "strategy-engine[editor]"\`, ` +
            "or say in the setting `strategy.path` where it is.",
        );
      } else {
        tell(`The program \`${program}\` does not run: ${error.message.trim()}`);
      }
    });
  });
}

module.exports = { located, missing };
