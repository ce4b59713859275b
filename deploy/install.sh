#!/bin/sh
# Installs gcli2api-tui for you alone, on Linux or macOS: `sh deploy/install.sh`. Run it again to upgrade; running it
# twice does no harm, and what it was interrupted in, it begins anew.
#
#   install.sh [--service]            install or upgrade; --service: as a service of yours (systemd, launchd)
#   install.sh start|stop|restart|status
#   install.sh --uninstall [--purge]  settings and credentials stay, unless --purge
#
# The program goes into an environment of its own, made whole before the command points there: one that fails, or is
# interrupted, leaves the last one working, and so does an upgrade under a server that runs. PYTHON names the Python.
set -eu

# Where the program comes from: a name on the package index, the address of an archive, the path of a wheel, or the
# folder of a checkout. Unset: the checkout that this script lies in, else where it came from the last time.
GCLI2API_SOURCE=${GCLI2API_SOURCE:-}
# SHA-256 of this release's wheel; the release script writes it behind `:-`. A wheel from an address must have it.
GCLI2API_SHA256=${GCLI2API_SHA256:-}

NAME=gcli2api-tui
app=${XDG_DATA_HOME:-$HOME/.local/share}/$NAME
bin=$HOME/.local/bin
command=$bin/$NAME
config=${XDG_CONFIG_HOME:-$HOME/.config}
state=${XDG_STATE_HOME:-$HOME/.local/state}
system=$(uname -s)

main() {
    case "${1:-} ${2:-}" in
        " " | "--service ") install "${1:-}" ;;
        "start ") require_installed && start ;;
        "stop ") require_installed && "$command" stop ;;
        "restart ") require_installed && "$command" restart --when-idle ;;
        "status ") require_installed && "$command" status ;;
        "--uninstall " | "--uninstall --purge") uninstall "${2:-}" ;;
        "-h " | "--help ") usage ;;
        *) usage >&2 && exit 2 ;;
    esac
}

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "$NAME" "$*" >&2
    exit 1
}

usage() {
    say "install.sh [--service]            install or upgrade; as a service of yours, too"
    say "install.sh start|stop|restart|status"
    say "install.sh --uninstall [--purge]  settings and credentials stay, unless --purge"
    say "GCLI2API_SOURCE: a name on the package index, the address of an archive, the path of a wheel, or a checkout"
}

# --- install ---------------------------------------------------------------------------------------------------------

install() {
    if [ -n "${PREFIX:-}" ] && [ -x "${PREFIX:-}/bin/pkg" ]; then
        fail "In Termux take termux-install.sh."
    fi
    check_command
    find_source
    find_python
    mkdir -p "$app" "$bin"
    new=$(mktemp -d "$app/env-XXXXXX")
    trap 'rm -rf "$new"; say "Interrupted. What was installed before is unchanged."; exit 130' INT TERM HUP
    if ! build; then
        rm -rf "$new"
        fail "The installation failed (see above). What was installed before is unchanged."
    fi
    trap - INT TERM HUP
    switch
    restart_what_runs
    if [ "$1" = --service ]; then
        install_service
    fi
    say_what_next
}

check_command() {
    if [ -e "$command" ] || [ -L "$command" ]; then
        ours || fail "$command exists and is not this script's (pipx's or uv's?). Uninstall it there, then run this again."
    fi
}

ours() { [ "$(readlink "$command" || true)" = "$app/current/bin/$NAME" ]; }

find_source() {
    source=${GCLI2API_SOURCE:-$(checkout || cat "$app/source" 2>/dev/null || true)}
    case $source in
        "") fail_without_source ;;
        http://*) [ -n "$GCLI2API_SHA256" ] || fail "$source is no https: set GCLI2API_SHA256 too, or take https." ;;
        *://*) ;;
        */* | . | *.whl)
            [ -e "$source" ] || fail "GCLI2API_SOURCE: there is no $source."
            source=$(cd "$(dirname "$source")" && pwd)/$(basename "$source") # also from another folder, the next time
            ;;
    esac
}

fail_without_source() {
    fail "where is the program? This script does not lie in a checkout. Set GCLI2API_SOURCE to one of
  a name on the package index   gcli2api-tui
  the address of an archive     https://HOST/gcli2api_tui-VERSION-py3-none-any.whl
  the path of a wheel           ./gcli2api_tui-VERSION-py3-none-any.whl
  the folder of a checkout      ~/gcli2api-tui
for example: export GCLI2API_SOURCE=~/gcli2api-tui. Then run this again."
}

# Read from a pipe ($0 is the shell) it lies nowhere.
checkout() {
    [ -f "$0" ] || return 1
    lies_in=$(cd "$(dirname "$0")/.." && pwd)
    [ -f "$lies_in/pyproject.toml" ] && [ -d "$lies_in/gcli2api_tui" ] && printf '%s\n' "$lies_in"
}

find_python() {
    set -- python3 python3.15 python3.14 python3.13 python3.12 python3.11
    [ -z "${PYTHON:-}" ] || set -- "$PYTHON"
    lacks_venv=""
    for python; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$python" -c 'import ensurepip, venv' 2>/dev/null && return 0
            lacks_venv=${lacks_venv:-$python}
        fi
    done
    if [ -n "$lacks_venv" ]; then
        fail "$lacks_venv has no venv module. $(how_to_get "$(basename "$lacks_venv")"), then run this again."
    fi
    fail "Python 3.11 or newer is needed. $(how_to_get python3), then run this again."
}

# The line of this system. Where its own Python is too old, another one stands beside it.
how_to_get() {
    wanted=$1
    if [ -z "$lacks_venv" ] && command -v python3 >/dev/null; then
        wanted=python3.11
    fi
    if command -v apt-get >/dev/null; then
        say "As root: apt-get install $wanted $wanted-venv"
    elif command -v dnf >/dev/null; then
        say "As root: dnf install $wanted"
    elif command -v pacman >/dev/null; then
        say "As root: pacman -S python"
    elif command -v zypper >/dev/null; then
        say "As root: zypper install python313"
    elif command -v apk >/dev/null; then
        say "As root: apk add python3"
    elif [ "$system" = Darwin ]; then
        say "With Homebrew: brew install python@3.13"
    else
        say "Install it from your system's packages"
    fi
}

# Returns instead of exiting, so that the caller can clean up: `set -e` is off inside a condition.
build() {
    say "Installing $source with $("$python" --version). This takes about a minute…"
    "$python" -m venv "$new" || return 1
    case $source in
        *://*.whl) pip --no-deps "$source${GCLI2API_SHA256:+#sha256=$GCLI2API_SHA256}" || return 1 ;;
        *) pip --no-deps "$source" || return 1 ;;
    esac
    # The wheel lists what it needs, with hashes: who pins it, pins all. (-P: not the package of the folder we are in.)
    package=$("$new/bin/python" -P -c 'import gcli2api_tui; print(*gcli2api_tui.__path__)') || return 1
    pip --prefer-binary --require-hashes -r "$package/requirements.txt" || return 1
    "$new/bin/python" -P -c 'import gcli2api_tui.runtime, gcli2api_tui.tui.app' || return 1
    "$new/bin/$NAME" --version
}

pip() { PIP_USER=0 "$new/bin/python" -m pip --disable-pip-version-check install -q "$@"; }

# The environment before stays until the next time: a server, or the command that called us, runs from it.
switch() {
    before=$(readlink "$app/current" || true)
    for environment in "$app"/env-*; do
        [ "$environment" = "$new" ] || [ "$environment" = "$app/$before" ] || rm -rf "$environment"
    done
    ln -sfn "$(basename "$new")" "$app/current"
    ln -sfn "$app/current/bin/$NAME" "$command"
    printf '%s\n' "$source" >"$app/source"
    if [ -f "$0" ] && ! cmp -s "$0" "$app/install.sh"; then
        cp "$0" "$app/install.sh"
    fi
}

restart_what_runs() {
    if "$command" status >/dev/null 2>&1; then
        say "A server runs. It restarts as soon as no answer runs..."
        "$command" restart --when-idle || say "It did not restart, and goes on as it was. Later: $NAME restart"
    fi
}

say_what_next() {
    case ":$PATH:" in
        *":$bin:"*) ;;
        *) say_path ;;
    esac
    say "Done. Without an account: $NAME demo. Then: $NAME creds add-key, and $NAME."
    say "Upgrade, service, uninstall: sh $(quoted "$app/install.sh") --help"
}

say_path() {
    say "$bin is not on PATH. For this shell and all later ones:"
    case ${SHELL:-} in
        */fish) say "    fish_add_path ~/.local/bin" ;;
        */zsh) say "    echo 'export PATH=\"\$HOME/.local/bin:\$PATH\"' >>~/.zshrc && . ~/.zshrc" ;;
        *) say "    echo 'export PATH=\"\$HOME/.local/bin:\$PATH\"' >>~/.bashrc && . ~/.bashrc" ;;
    esac
}

quoted() {
    case $1 in
        *[!A-Za-z0-9/._-]*) printf '"%s"\n' "$1" ;;
        *) say "$1" ;;
    esac
}

# --- the service -----------------------------------------------------------------------------------------------------

unit=$config/systemd/user/$NAME.service
plist=$HOME/Library/LaunchAgents/$NAME.plist
agent=gui/$(id -u)/$NAME

install_service() {
    if [ "$system" = Darwin ]; then
        install_agent
    elif systemctl --user show-environment >/dev/null 2>&1; then
        install_unit
    else
        fail "The program is installed, the service is not: no systemd answers for this user (log in as the user itself,
not by su). Without systemd let your own startup call: $command serve --background"
    fi
}

install_unit() {
    mkdir -p "$(dirname "$unit")"
    write_unit >"$unit"
    systemctl --user daemon-reload
    if ! systemctl --user --quiet is-active "$NAME"; then
        "$command" stop
    fi
    systemctl --user enable --now "$NAME"
    loginctl enable-linger || say "To let it run while you are logged out, as root: loginctl enable-linger $(id -un)"
}

install_agent() {
    mkdir -p "$(dirname "$plist")"
    write_agent >"$plist"
    if ! launchctl print "$agent" >/dev/null 2>&1; then
        "$command" stop
        launchctl bootstrap "gui/$(id -u)" "$plist"
    fi
}

remove_service() {
    if [ -e "$unit" ]; then
        systemctl --user disable --now "$NAME" || true
        rm -f "$unit"
        systemctl --user daemon-reload || true
    fi
    if [ -e "$plist" ]; then
        launchctl bootout "$agent" || true
        rm -f "$plist"
    fi
}

# As deploy/gcli2api-tui.service and deploy/gcli2api-tui.plist, without their words.
write_unit() {
    cat <<'UNIT'
[Unit]
Description=gcli2api-tui, an LLM proxy for Google's Gemini models

[Service]
Type=notify
ExecStart=%h/.local/bin/gcli2api-tui serve --log-format json
ExecReload=%h/.local/bin/gcli2api-tui restart --when-idle
WatchdogSec=30
Restart=on-failure
RestartSec=2
TimeoutStopSec=30
NoNewPrivileges=yes
UMask=0077

[Install]
WantedBy=default.target
UNIT
}

write_agent() {
    cat <<'AGENT'
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>Label</key>
    <string>gcli2api-tui</string>
    <key>ProgramArguments</key>
    <array>
        <string>/bin/sh</string>
        <string>-c</string>
        <string>exec "$HOME/.local/bin/gcli2api-tui" serve</string>
    </array>
    <key>RunAtLoad</key>
    <true/>
    <key>KeepAlive</key>
    <dict>
        <key>SuccessfulExit</key>
        <false/>
    </dict>
    <key>ExitTimeOut</key>
    <integer>30</integer>
    <key>Umask</key>
    <integer>63</integer>
</dict>
</plist>
AGENT
}

# --- start and uninstall ---------------------------------------------------------------------------------------------

require_installed() { [ -x "$command" ] || fail "It is not installed for you: run install.sh without words first."; }

start() {
    if [ -e "$unit" ]; then
        systemctl --user start "$NAME"
    elif [ -e "$plist" ]; then
        launchctl kickstart "$agent"
    else
        "$command" serve --background
    fi
}

uninstall() {
    remove_service
    if ours; then
        # An environment that an upgrade of Python has left dead stops nothing.
        if "$command" --version >/dev/null 2>&1; then
            "$command" stop || fail "Nothing was removed but the service. Run $NAME stop --now, then this again."
        fi
        rm -f "$command"
    fi
    rm -rf "$app"
    if [ "$1" = --purge ]; then
        rm -rf "${config:?}/$NAME" "${state:?}/$NAME"
        say "Uninstalled, with all settings and credentials."
    else
        say "Uninstalled. Settings and credentials stay in $config/$NAME, counts and logs in $state/$NAME."
    fi
    if [ -n "${GCLI2API_HOME:-}" ]; then
        say "GCLI2API_HOME, $GCLI2API_HOME, was left alone."
    fi
}

main "$@"
exit
