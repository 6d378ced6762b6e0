#!/bin/sh
# What the tests need besides Python packages: PostgreSQL's server, which delivery is tested against; a browser for the site that
# `strategy docs` writes; the shells zsh and fish, whose completion is tested; Node and npm, with the packages of the extension for VS Code.
# Installed where they are missing and that is possible without asking; elsewhere a line says how, and the tests that need them are skipped
# (with CI set they fail instead).
set -u
cd "$(dirname "$0")/.."

# debian NAME WHAT PACKAGES: installs Debian's packages
debian() {
	name=$1 what=$2
	shift 2
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "$what need $name; install it, and put it on the path" >&2
		return 1
	fi
	if [ "$(id -u)" -eq 0 ]; then
		as_root=""
	elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		as_root="sudo -n"
	else
		echo "$what need $name: apt-get install $*" >&2
		return 1
	fi
	echo "installing $name, for the tests …"
	# a fresh machine knows no packages until its lists are fetched
	install "$@" 2>/dev/null || { $as_root apt-get update -qq && install "$@"; } || { echo "$name could not be installed" >&2; return 1; }
}

install() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq "$@" >/dev/null
}

ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 ||
	debian "PostgreSQL's server" "the tests of delivery to PostgreSQL" postgresql

command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 ||
	debian "a browser" "the tests of the site" chromium

for shell in zsh fish; do
	command -v $shell >/dev/null 2>&1 || debian "the shell $shell" "its tests of completion" $shell
done

packages=grammar/vscode/node_modules/.package-lock.json
if [ ! "$packages" -nt grammar/vscode/package-lock.json ]; then
	if { command -v node && command -v npm; } >/dev/null 2>&1 || debian "Node and npm" "the tests of the extension for VS Code" nodejs npm; then
		echo "installing the packages of the extension for VS Code …"
		(cd grammar/vscode && npm ci --silent && touch node_modules/.package-lock.json) ||
			echo "npm's packages could not be installed: run \`npm ci\` in grammar/vscode" >&2
	fi
fi
exit 0
