#!/usr/bin/env bash
# Installs gcli2api-tui in Termux: `bash termux-install.sh`. Run it again to update; running it twice does no harm.
#
# The program goes into a folder of its own (two environments by turns, so that a failed update leaves the old one
# working) and a small command into $PREFIX/bin. Settings and credentials live elsewhere and are never touched; neither are apt's sources and locks.
# `--rebuild` is what the command calls when an upgrade of Python has left the environment dead.
set -eu

# Where the program comes from: a name on the package index, the address of an archive, the path of a wheel, or the
# folder of a checkout. Unset: the checkout that this script lies in, else where it came from the last time.
GCLI2API_SOURCE=${GCLI2API_SOURCE:-}
# SHA-256 of this release's wheel; the release script writes it behind `:-`. A wheel from an address must have it.
GCLI2API_SHA256=${GCLI2API_SHA256:-}

NAME=gcli2api-tui
NEEDED_MB=300
MARK="# Made by termux-install.sh of $NAME."
SMOKE='
import sqlite3, ssl, zoneinfo
import httpx, hypercorn, quart, textual.app, google_auth_oauthlib.flow
import gcli2api_tui.cli
zoneinfo.ZoneInfo("America/Los_Angeles")
'

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "$NAME" "$*" >&2
    exit 1
}

main() {
    check_termux
    app=${XDG_DATA_HOME:-$HOME/.local/share}/$NAME
    command_file=$PREFIX/bin/$NAME
    here=
    if [ -f "$0" ]; then # read from a pipe, it lies nowhere
        here=$(cd "$(dirname "$0")" && pwd)
    fi
    check_command
    check_machine
    if [ "${1:-}" != --rebuild ]; then
        choose_source
        install_packages
    fi
    check_python
    mkdir -p "$app"
    choose_environment
    trap 'rm -rf "$new"; say "Interrupted; what was installed before is unchanged."; exit 130' INT TERM
    if ! build "${1:-}"; then
        rm -rf "$new"
        fail "The installation failed (see above). What was installed before is unchanged."
    fi
    switch
    say_what_next
}

check_termux() {
    if [ -z "${PREFIX:-}" ] || [ ! -x "$PREFIX/bin/pkg" ]; then
        fail "This is not Termux. On other systems the two lines in README.md are all you need."
    fi
}

# Sets `source`, which is remembered for the next time.
choose_source() {
    if [ -n "$GCLI2API_SOURCE" ]; then
        source=$GCLI2API_SOURCE
    elif [ -f "$here/pyproject.toml" ] && [ -d "$here/gcli2api_tui" ]; then
        source=$here
    elif [ -f "$app/source" ]; then
        source=$(cat "$app/source")
    else
        fail_without_source
    fi
    case $source in
        http://*) [ -n "$GCLI2API_SHA256" ] || fail "$source is no https: set GCLI2API_SHA256 too, or take https." ;;
        *://*) ;;
        */* | *.whl) source=$(realpath "$source") ;; # also from another folder, the next time
    esac
    [ "${source#/}" = "$source" ] || [ -e "$source" ] || fail "GCLI2API_SOURCE: there is no $source."
}

fail_without_source() {
    fail "where is the program? This script does not lie in a checkout. Set GCLI2API_SOURCE to one of
  a name on the package index   gcli2api-tui
  the address of an archive     https://HOST/gcli2api_tui-VERSION-py3-none-any.whl
  the path of a wheel           ./gcli2api_tui-VERSION-py3-none-any.whl
  the folder of a checkout      ~/gcli2api-tui
for example: export GCLI2API_SOURCE=~/gcli2api-tui. Then run this again."
}

check_command() {
    if [ -e "$command_file" ] && ! grep -qF "$MARK" "$command_file"; then
        fail "$command_file exists and is not ours. Move it away, then run this again."
    fi
}

check_machine() {
    case $(uname -m) in
        aarch64 | arm64 | x86_64) ;;
        *) say "Note: $(uname -m) has few ready-made packages; some parts will run without their fast versions." ;;
    esac
    local free_mb
    free_mb=$(df -Pk "$HOME" | awk 'NR == 2 { print int($4 / 1024) }')
    if [ "$free_mb" -lt "$NEEDED_MB" ]; then
        fail "Only $free_mb MB are free, $NEEDED_MB MB are needed. Make room, then run this again."
    fi
}

install_packages() {
    say "Installing Python from Termux's packages…"
    # Recommended packages are a compiler and its tools; without them two small ones must be named.
    if packages || { say "Reading the package lists anew…" && apt-get update && packages; }; then
        return 0
    fi
    fail "apt-get could not install Python. If a mirror is down, choose another with termux-change-repo;
if it asks for a newer system, run: pkg upgrade. Then run this again."
}

packages() {
    apt-get install -y --no-install-recommends python python-ensurepip-wheels python-pip
}

check_python() {
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        fail "Python 3.11 or newer is needed. Run: pkg upgrade. Then run this again."
    fi
}

choose_environment() {
    case $(readlink "$app/current" || true) in
        env-a) new=$app/env-b ;;
        *) new=$app/env-a ;;
    esac
    rm -rf "$new"
}

# Returns instead of exiting, so that the caller can clean up: `set -e` is off inside a condition.
build() {
    say "Making the environment (a few minutes on a phone)…"
    python3 -m venv "$new" || return 1
    if [ "$1" != --rebuild ]; then
        make_wheel || return 1
    fi
    pip install --prefer-binary "$app"/wheel/*.whl || return 1
    "$new/bin/python" -m compileall -q "$new/lib" || say "Some files could not be compiled; the first start is slower."
    smoke || repair || return 1
    readlink -f "$PREFIX/bin/python3" >"$new/built-for"
}

# The wheel is kept, so that a dead environment can be rebuilt when the checkout is gone.
make_wheel() {
    local pinned=$source
    case $source in
        http*://*.whl) pinned=$source${GCLI2API_SHA256:+#sha256=$GCLI2API_SHA256} ;;
    esac
    rm -rf "$app/wheel.new"
    pip wheel --no-deps --wheel-dir "$app/wheel.new" "$pinned" || return 1
    rm -rf "$app/wheel"
    mv "$app/wheel.new" "$app/wheel"
    printf '%s\n' "$source" >"$app/source"
    if [ -n "$here" ] && [ "$here/$(basename "$0")" != "$app/install.sh" ]; then
        cp "$0" "$app/install.sh"
    fi
}

pip() { "$new/bin/python" -m pip --disable-pip-version-check "$@"; }

smoke() { "$new/bin/python" -c "$SMOKE"; }

# The two packages with compiled parts: where those do not load on this Android, their plain versions do.
repair() {
    say "A compiled part does not load here; taking the plain versions…"
    pip install --force-reinstall --no-deps --no-binary markupsafe,charset-normalizer markupsafe charset-normalizer \
        && smoke
}

switch() {
    local old
    old=$(readlink "$app/current" || true)
    ln -sfn "$(basename "$new")" "$app/current"
    write_command
    if [ -n "$old" ] && [ "$app/$old" != "$new" ]; then
        rm -rf "${app:?}/$old"
    fi
}

# Absolute paths and Termux's own shell: at boot and under runit there is neither termux-exec nor a PATH.
write_command() {
    {
        printf '#!%s/bin/bash\n%s\n' "$PREFIX" "$MARK"
        printf 'export PREFIX=%q\napp=%q\n' "$PREFIX" "$app"
        cat <<'EOF'
if [ "$(readlink -f "$PREFIX/bin/python3")" != "$(cat "$app/current/built-for" 2>/dev/null)" ]; then
    echo "Python was upgraded; rebuilding the environment once." >&2
    PATH=$PREFIX/bin:$PATH bash "$app/install.sh" --rebuild >&2 || exit 1
fi
exec "$app/current/bin/gcli2api-tui" "$@"
EOF
    } >"$command_file.new"
    chmod 755 "$command_file.new"
    mv "$command_file.new" "$command_file"
}

say_what_next() {
    say "Done. Try it without an account: $NAME demo"
    say "Then: $NAME creds add-key, and $NAME. To keep it running with the screen off: termux-wake-lock"
}

main "$@"
