#!/bin/sh
# What the tests need besides Python packages: PostgreSQL's server, which delivery is tested against. Installed where it is missing and
# that is possible without asking; elsewhere a line says how, and the tests that need it are skipped (with CI set they fail instead).
set -u

if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1; then
	exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "the tests of delivery to PostgreSQL need its server; install it, with \`postgres\` on the path" >&2
	exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
	as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as_root="sudo -n"
else
	echo "the tests of delivery to PostgreSQL need its server: apt-get install postgresql" >&2
	exit 0
fi

install() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq postgresql >/dev/null
}

echo "installing PostgreSQL's server, for the tests …"
# a fresh machine knows no packages until its lists are fetched
install 2>/dev/null || { $as_root apt-get update -qq && install; } || echo "PostgreSQL's server could not be installed" >&2
exit 0
