# Shared by the other scripts; sourced, never run.
# Sets the working directory to the root of the repository.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
export ROOT

# The folders with Go code; ./... would also walk web/node_modules.
GO_PACKAGES=(./cmd/... ./internal/...)
SHUKE_BIN=${SHUKE_BIN:-$ROOT/bin/shuke$(go env GOEXE 2>/dev/null || true)}
export SHUKE_BIN

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# need PROGRAM WHERE: stops with a plain sentence when a program is missing.
need() { has "$1" || die "$1 is missing; Shuke is built with Go, Node, git, bash and make. Get it from $2."; }

# can_apt: may Debian packages be installed without asking anybody?
can_apt() { [[ $(id -u) -eq 0 ]] && has apt-get; }

# apt_install PACKAGE...: quiet; the log is shown only when it fails.
apt_install() {
  local log
  log=$(mktemp)
  if ! { apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
