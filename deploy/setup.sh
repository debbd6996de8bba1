# Sourced by deploy/run, deploy/test, deploy/deep and deploy/bench: finds or installs what they need, only if it is missing.
# Usage: need_python; need_node; need_outside_verifiers; need_packages PACKAGE…; make_environment LOCK

say() { printf '%s\n' "$*" >&2; }

# Runs a command as root: directly, or through sudo; returns 1 where neither is possible.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
  elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then sudo "$@"
  else return 1
  fi
}

# True if every Debian package named is installed.
installed() {
  dpkg-query -W -f '${db:Status-Status} ' "$@" 2>/dev/null | tr ' ' '\n' | grep -c '^installed$' | grep -qx "$#"
}

# Installs Debian packages that are missing. Returns 1, saying exactly what to type, where it may not.
need_packages() {
  local missing=()
  local package
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ "${#missing[@]}" = 0 ] && return 0
  say "Installing: ${missing[*]}"
  if command -v apt-get >/dev/null 2>&1 &&
     as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 update >/dev/null &&
     as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" >/dev/null
  then return 0
  fi
  say "Missing: ${missing[*]}"
  say "Install them with:  sudo apt-get install --no-install-recommends ${missing[*]}"
  return 1
}

# A Python of at least 3.11 that can make a virtual environment; its path in $PYTHON.
need_python() {
  PYTHON=${PYTHON:-$(command -v python3.11 || command -v python3 || true)}
  if [ -z "$PYTHON" ] || ! "$PYTHON" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    need_packages python3 python3-venv || exit 1
    PYTHON=/usr/bin/python3
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Seal needs Python 3.11 or newer."; exit 1; }
  fi
}

# A node of at least 18, which runs the browser's verifier in the tests.
need_node() {
  command -v node >/dev/null 2>&1 && node -e 'process.exit(+(parseInt(process.versions.node) < 18))' && return 0
  need_packages nodejs || exit 1
}

# The verifiers that nobody here wrote, from npm, with exactly what tests/js/package-lock.json names.
need_outside_verifiers() {
  need_node
  command -v npm >/dev/null 2>&1 || need_packages npm || exit 1
  cmp -s tests/js/package-lock.json tests/js/node_modules/seal-stamp && return 0
  say "Installing the outside verifiers in tests/js"
  npm ci --prefix tests/js --silent --no-fund --no-audit --ignore-scripts >&2
  cp tests/js/package-lock.json tests/js/node_modules/seal-stamp
}

# The libraries that WeasyPrint loads. Without them everything but PDF works.
need_pango() {
  need_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 || say "Until then everything works but PDF."
}

# A virtual environment at .venv with exactly what a lock file names; does nothing when it already is so. Nothing is
# resolved again (--no-deps): with extras a newer release on the index would otherwise be asked for, and has no hash here.
make_environment() {
  local lock=$1 stamp
  stamp="$(sha256sum "$lock" pyproject.toml | sha256sum | cut -d' ' -f1) $("$PYTHON" -V)"
  if [ -x .venv/bin/python ] && [ -x .venv/bin/seal ] && grep -qxF "$stamp" .venv/seal-stamp-* 2>/dev/null; then return 0; fi
  say "Making the Python environment in .venv (about a minute, once)"
  [ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
  .venv/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --no-deps --requirement "$lock" 2> >(grep -v '^WARNING' >&2)
  .venv/bin/python -m pip --quiet --disable-pip-version-check install --no-build-isolation --no-deps --editable . 2> >(grep -v '^WARNING' >&2)
  printf '%s\n' "$stamp" > ".venv/seal-stamp-$(basename "$lock")"
}
