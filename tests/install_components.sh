#!/bin/sh
# What the tests need besides Python packages: PostgreSQL's server, which delivery is tested against, and a browser for the site that
# `strategy docs` writes. Installed where missing and possible without asking; elsewhere a line says how, and the tests that need them are
# skipped (with CI set they fail instead).
set -u

wanted=""
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && ! command -v postgres >/dev/null 2>&1; then
	wanted="postgresql"
fi
if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
	wanted="$wanted chromium"
fi
if [ -z "$wanted" ]; then
	exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "some tests need PostgreSQL's server (\`postgres\`) or a browser (\`chromium\`) on the path" >&2
	exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
	as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as_root="sudo -n"
else
	echo "some tests need more than is here: apt-get install" $wanted >&2
	exit 0
fi

install() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq "$1" >/dev/null
}

for package in $wanted; do
	echo "installing $package, for the tests …"
	# a fresh machine knows no packages until its lists are fetched
	install "$package" 2>/dev/null || { $as_root apt-get update -qq && install "$package"; } || echo "$package could not be installed" >&2
done
exit 0
