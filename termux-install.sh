#!/usr/bin/env bash
# Installs gcli2api-tui in Termux: `bash termux-install.sh`, or piped into bash. Run it again to update, or to go on
# after an interruption; `--help` says what else it does.
#
# The program goes into a folder of its own, in an environment that replaces the old one only after it has answered.
# That folder has env-*, the environments; current, which of them is used, with its install.sh and source; busy, the
# process that installs; downloads, until they are installed. Two small commands go into $PREFIX/bin. Settings,
# credentials and apt's sources lie elsewhere and are never touched. No compiler is needed.
set -euo pipefail

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
import gcli2api_tui.cli.commands
zoneinfo.ZoneInfo("America/Los_Angeles")
'
USAGE="What there is:
  bash termux-install.sh                          installs, or updates
  bash termux-install.sh --uninstall [--purge]    removes the program; --purge: settings and credentials too
  bash termux-install.sh start|stop|restart|status|boot|service    what $NAME-termux does, once it is installed"

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "$NAME" "$*" >&2
    exit 1
}

main() {
    check_termux
    app=${XDG_DATA_HOME:-$HOME/.local/share}/$NAME
    command_file=$PREFIX/bin/$NAME
    case "${1:-}" in
        "") install ;;
        --rebuild) rebuild ;;
        --tidy) alone ;;
        --uninstall) uninstall "${2:-}" ;;
        --help | -h) say "$USAGE" ;;
        *) hand_over "$@" ;;
    esac
}

check_termux() {
    if [ -z "${PREFIX:-}" ] || [ ! -x "$PREFIX/bin/pkg" ]; then
        fail "This is not Termux. On other systems the two lines in README.md are all you need."
    fi
}

hand_over() {
    case $1 in
        start | stop | restart | status | boot | service) ;;
        *) fail "There is no $1. $USAGE" ;;
    esac
    [ -x "$command_file-termux" ] || fail "It is not installed yet: bash termux-install.sh"
    exec "$command_file-termux" "$@"
}

install() {
    check_commands
    check_machine
    choose_source
    alone
    install_packages
    check_python
    prepare
    if ! build || ! probe; then
        fail "The installation failed (see above). What was installed before is unchanged."
    fi
    switch
    ! runs || restart_running
    say_what_next
}

check_commands() {
    local file
    for file in "$command_file" "$command_file-termux"; do
        if [ -e "$file" ] && ! grep -qF "$MARK" "$file"; then
            fail "$file exists and is not ours. Move it away, then run this again."
        fi
    done
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

# Sets `source`, which is remembered for the next time. Read from a pipe, the script lies nowhere.
choose_source() {
    local here=
    [ ! -f "$0" ] || here=$(cd "$(dirname "$0")" && pwd)
    if [ -n "$GCLI2API_SOURCE" ]; then
        source=$GCLI2API_SOURCE
    elif [ -n "$here" ] && [ -f "$here/pyproject.toml" ] && [ -d "$here/gcli2api_tui" ]; then
        source=$here
    elif [ -f "$app/source" ]; then
        source=$(cat "$app/source")
    else
        fail_without_source
    fi
    case $source in
        http://*) [ -n "$GCLI2API_SHA256" ] || fail "$source is no https: set GCLI2API_SHA256 too, or take https." ;;
        *://*) ;;
        */* | . | *.whl) source=$(realpath "$source") ;; # also from another folder, the next time
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

install_packages() {
    say "Installing Python from Termux's packages…"
    # Recommended packages are a compiler and its tools; without them two small ones must be named.
    if packages || { say "Reading the package lists anew…" && apt-get update && packages; }; then
        return 0
    fi
    fail "apt-get could not install Python. Run what it asks for above, if it asks for something;
if a mirror is down: termux-change-repo; if it wants a newer system: pkg upgrade. Then run this again."
}

packages() {
    apt-get install -y --no-install-recommends python python-ensurepip-wheels python-pip
}

check_python() {
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        fail "Python 3.11 or newer is needed. Run: pkg upgrade. Then run this again."
    fi
}

# One at a time; the next one waits. A process that was killed holds nobody up.
alone() {
    local other told=
    mkdir -p "$app"
    until ln -s $$ "$app/busy" 2>/dev/null; do
        other=$(readlink "$app/busy" || true)
        if [ -z "$other" ] || ! kill -0 "$other" 2>/dev/null; then
            rm -f "$app/busy"
            continue
        fi
        [ -n "$told" ] || say "Process $other installs at this moment; waiting for it…"
        told=1
        sleep 1
    done
    trap 'tidy; rm -f "$app/busy"' EXIT
    trap 'say "Interrupted. Run this again to go on."; exit 130' INT TERM HUP
}

# Takes away what was interrupted, and environments that nobody uses: a server keeps its own until it has ended.
tidy() {
    local env now
    now=$(readlink "$app/current" || true)
    end_processes_of "$app/probe"
    rm -rf "$app/probe"
    for env in "$app"/env-*; do
        if [ "$env" != "$app/$now" ] && [ -z "$(processes_of "$env/")" ]; then
            rm -rf "$env"
        fi
    done
}

# The numbers of the processes whose command line has this text; grep reads it, and so does not find itself.
processes_of() {
    local lines=(/proc/[0-9]*/cmdline)
    { grep -lsF -f - "${lines[@]}" <<<"$1" || true; } | tr -dc '0-9\n'
}

end_processes_of() {
    local one
    for one in $(processes_of "$1"); do
        kill "$one" 2>/dev/null || true
    done
}

prepare() {
    tidy
    new=$(mktemp -d "$app/env-XXXXXX")
    python=$new/bin/python
}

# These return instead of exiting: `set -e` is off inside a condition.
build() {
    say "Making the environment (a few minutes on a phone)…"
    python3 -m venv "$new" || return 1
    pip wheel -q --no-deps --wheel-dir "$new/wheel" "$(pinned)" || return 1
    pip install -q --no-deps "$new"/wheel/*.whl || return 1
    # The wheel lists what it needs, with hashes: who pins it, pins all.
    pip install --prefer-binary --require-hashes -r "$(site_packages)/gcli2api_tui/requirements.txt" | names || return 1
    smoke || repair || return 1
    readlink -f "$PREFIX/bin/python3" >"$new/built-for"
    printf '%s\n' "$source" >"$new/source"
    rm -rf "$new/wheel" "$app/downloads"
}

# pip says much; what it gets is enough.
names() { awk '/^Collecting/ { sub(/=.*/, "", $2); printf "%s ", $2; fflush() } END { print "" }'; }

pinned() {
    case $source in
        *"#sha256="*) say "$source" ;;
        http://* | *://*.whl*) say "$source${GCLI2API_SHA256:+#sha256=$GCLI2API_SHA256}" ;;
        *) say "$source" ;;
    esac
}

site_packages() { "$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }

# What is downloaded is kept until it is installed, so that an interrupted installation goes on where it was.
pip() { PIP_CACHE_DIR=$app/downloads "$python" -m pip --disable-pip-version-check "$@"; }

smoke() { "$python" -P -c "$SMOKE"; }

# The two packages with compiled parts do without them, more slowly.
repair() {
    say "A compiled part does not load here; doing without…"
    find "$(site_packages)" -name '*.so' -delete && smoke
}

# A server in a home of its own, asked over HTTP whether it is well.
probe() {
    local said url status=0
    say "Starting it once, to ask it over HTTP…"
    if ! said=$(unset "${!GCLI2API_@}" "${!_GCLI2API_@}" && program serve --background --host 127.0.0.1 --port 0 2>&1); then
        say "$said"
        return 1
    fi
    url=$(sed 's/.*"url": *"\([^"]*\)".*/\1/' "$app/probe/run.json")/healthz || return 1
    "$python" -P -c "import httpx; httpx.get('$url', trust_env=False, timeout=30).raise_for_status()" || status=1
    program stop --now >/dev/null || true
    return $status
}

program() { timeout 120 "$python" -P -m gcli2api_tui "$@" --home "$app/probe"; }

switch() {
    ln -sfn "current/share/$NAME/termux-install.sh" "$app/install.sh"
    ln -sfn current/source "$app/source"
    ln -s "$(basename "$new")" "$new/link"
    mv -T "$new/link" "$app/current"
    write_command "$command_file" <<'END'
if [ "$(readlink -f "$PREFIX/bin/python3")" != "$(cat "$app/current/built-for")" ]; then
    XDG_DATA_HOME=$data bash "$app/install.sh" --rebuild >&2 || exit 1
fi
# A restart begins here again: the program may lie elsewhere by then. -P: in a checkout it is not the checkout's.
export _GCLI2API_TUI_COMMAND=$PREFIX/bin/gcli2api-tui
exec "$app/$(readlink "$app/current")/bin/python" -P -m gcli2api_tui "$@"
END
    write_command "$command_file-termux" <<'END'
XDG_DATA_HOME=$data exec bash "$app/current/share/gcli2api-tui/gcli2api-tui-termux.sh" "$@"
END
}

# At boot and under runit there is no termux-exec and no PATH: Termux's own shell and folders are named.
write_command() {
    {
        printf '#!%s/bin/bash\n%s\nexport PREFIX=%q\n' "$PREFIX" "$MARK" "$PREFIX"
        printf 'home=%q data=%q app=%q\n' "$HOME" "$(dirname "$app")" "$app"
        # shellcheck disable=SC2016
        say 'export HOME=${HOME:-$home} PATH=$PREFIX/bin:${PATH:-}'
        cat
    } >"$1.new"
    chmod 755 "$1.new"
    mv "$1.new" "$1"
}

# Not the one that waits for us in the middle of its own restart.
runs() { [ -z "${_GCLI2API_TUI_TAKEOVER:-}" ] && "$command_file" status >/dev/null 2>&1; }

restart_running() {
    say "A server runs. It takes the new program as soon as no answer runs; Ctrl+C leaves it to that."
    "$command_file" restart --when-idle || say "It goes on with the old program. Later: $NAME restart"
}

say_what_next() {
    local sdk
    sdk=$(getprop ro.build.version.sdk 2>/dev/null || true)
    say "
Done in $SECONDS s: $("$command_file" --version), and it answers.

  $NAME demo    try it, without an account
  $NAME         the panel; a adds a credential
  $NAME key     the key that your apps send

To serve with the screen off: $NAME-termux start
and in Android's settings: Apps, Termux, Battery, Unrestricted."
    if [ "${sdk:-31}" -ge 34 ]; then
        say "If Android kills it (signal 9): Developer options, Disable child process restrictions."
    elif [ "${sdk:-31}" -ge 31 ]; then
        say "If Android kills it (signal 9): $NAME doctor says what to type on a computer."
    fi
    [ -e "$HOME/storage" ] || say "To read files of other apps, from Downloads: termux-setup-storage"
    [ ! -d "$HOME/.termux/boot" ] || [ -e "$HOME/.termux/boot/$NAME" ] || say "To start with the phone: $NAME-termux boot on"
}

# What the command calls when Python was upgraded. The panel and the start of the phone may come here at the same time.
rebuild() {
    alone
    if [ "$(readlink -f "$PREFIX/bin/python3")" = "$(cat "$app/current/built-for")" ]; then
        return
    fi
    say "Python was upgraded. Moving the program to the new one, once, without the network…"
    prepare
    if ! carry_over; then
        say "The new Python needs other packages. Installing it anew, over the network…"
        rm -rf "$new" "$app/busy"
        exec bash "$0"
    fi
    switch
    say "Done in $SECONDS s."
    if runs; then
        { restart_running && bash "$app/install.sh" --tidy; } </dev/null >/dev/null 2>&1 &
    fi
}

# Every package can do without its compiled parts, so it runs on another Python. pip says which ones it lacks there.
carry_over() {
    local old=$app/current site
    python3 -m venv --without-pip "$new" && site=$(site_packages) || return 1
    cp -a "$old"/lib/python3*/site-packages/. "$site" && cp -a "$old/share" "$old/source" "$new" || return 1
    find "$site" -name __pycache__ -prune -exec rm -rf {} + || return 1
    "$python" -m compileall -q "$site" >/dev/null || true
    if ! smoke || pip check | grep -F " requires "; then
        return 1
    fi
    readlink -f "$PREFIX/bin/python3" >"$new/built-for"
}

uninstall() {
    [ -z "$1" ] || [ "$1" = --purge ] || fail "There is no --uninstall $1. $USAGE"
    check_commands
    local one works=1 kept=("${XDG_CONFIG_HOME:-$HOME/.config}/$NAME" "${XDG_STATE_HOME:-$HOME/.local/state}/$NAME")
    # Asked before the turn is ours: after an upgrade of Python the command takes it, and moves to the new one.
    "$command_file" --version >/dev/null 2>&1 || works=
    alone
    rm -f "$HOME/.termux/boot/$NAME"
    "$command_file-termux" service off 2>/dev/null || rm -rf "$PREFIX/var/service/$NAME"
    if [ -n "$works" ]; then
        for one in $("$command_file" connect 2>/dev/null | awk '$1 == "*" { print $2 }'); do
            "$command_file" connect "$one" --undo --yes || say "$one still points here."
        done
        "$command_file" stop || "$command_file" stop --now || true
        "$command_file-termux" stop >/dev/null || true
    fi
    end_processes_of "$app/env-"
    trap - EXIT
    rm -rf "$app" "$command_file" "$command_file-termux"
    rmdir "$(dirname "$app")" "$HOME/.local" 2>/dev/null || true # where they are empty now
    if [ "$1" = --purge ]; then
        rm -rf "${kept[@]}"
        say "Removed: the program, its settings, keys, credentials and history."
        [ -z "${GCLI2API_HOME:-}" ] || say "Not $GCLI2API_HOME: look first what else is in it."
    else
        say "Removed: the program. Kept: settings, keys and credentials in ${kept[0]}, history in ${kept[1]}."
    fi
    say "Python stays, since others may use it: pkg uninstall python"
}

main "$@"
