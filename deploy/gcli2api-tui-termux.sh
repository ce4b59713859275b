#!/usr/bin/env bash
# The life of the server on a phone: `gcli2api-tui-termux`, which termux-install.sh puts into $PREFIX/bin. It hands over
# to the program's own commands, and sees to what is Android's: that the phone stays awake, and what starts with it.
set -eu

NAME=gcli2api-tui
MARK="# Made by $NAME-termux."
command_file=$PREFIX/bin/$NAME
app=$XDG_DATA_HOME/$NAME
boot_file=$HOME/.termux/boot/$NAME
service=$PREFIX/var/service/$NAME

USAGE="$NAME-termux start | stop | restart | status   the server in the background, with the phone kept awake
$NAME-termux boot on | off                     starts it when the phone starts (needs the app Termux:Boot)
$NAME-termux service on | off                  keeps it running (needs the package termux-services)
$NAME-termux update                            from where it came from, or from GCLI2API_SOURCE
$NAME-termux uninstall [--purge]               removes the program; --purge: settings and credentials too"

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s: %s\n' "$NAME-termux" "$*" >&2
    exit 1
}

main() {
    case "$*" in
        start | stop | restart) "$1" ;;
        status) exec "$command_file" status ;;
        "boot on" | "boot off" | "service on" | "service off") "$1_$2" ;;
        update) installer ;;
        uninstall) installer --uninstall ;;
        "uninstall --purge") installer --uninstall --purge ;;
        "" | --help | -h) say "$USAGE" ;;
        *) fail "There is no $*.
$USAGE" ;;
    esac
}

installer() { exec bash "$(dirname "$0")/termux-install.sh" "$@"; }

start() {
    if "$command_file" status 2>/dev/null; then
        return
    fi
    if command -v termux-wake-lock >/dev/null && timeout 10 termux-wake-lock; then
        touch "$app/awake"
        say "The phone stays awake for it; $NAME-termux stop lets it sleep again."
    fi
    if ! "$command_file" serve --background; then
        let_sleep
        exit 1
    fi
}

stop() {
    "$command_file" stop
    let_sleep
}

# Only if it was `start` that keeps it awake.
let_sleep() {
    if [ -e "$app/awake" ]; then
        rm "$app/awake"
        timeout 10 termux-wake-unlock || true
    fi
}

restart() {
    if "$command_file" status >/dev/null 2>&1; then
        "$command_file" restart --when-idle
    else
        start
    fi
}

boot_on() {
    script "$boot_file" <<'END'
exec "$PREFIX/bin/gcli2api-tui-termux" start
END
    say "It starts with the phone, if the app Termux:Boot is there and was opened once."
}

boot_off() { rm -f "$boot_file"; }

service_on() {
    [ -d "$PREFIX/var/service" ] || fail "First: pkg install termux-services. Then start Termux anew, and run this again."
    stop
    # 0: it was told to stop. 2: it cannot start as things are. Both hold until somebody starts it, or Termux.
    script "$service/finish" <<'END'
case $1 in
    0 | 2) printf d >supervise/control ;;
    *) sleep 5 ;;
esac
END
    script "$service/run" <<'END'
command -v termux-wake-lock >/dev/null && timeout 10 termux-wake-lock
exec "$PREFIX/bin/gcli2api-tui" serve 2>&1
END
    say "It starts in a moment, and whenever Termux starts: sv up $NAME, sv down $NAME."
}

service_off() {
    if [ -d "$service" ]; then
        sv exit "$service" >/dev/null 2>&1 || true
        rm -rf "$service"
    fi
}

# There is no termux-exec and no PATH where these are run: Termux's own shell and folders are named.
script() {
    mkdir -p "$(dirname "$1")"
    {
        printf '#!%s/bin/sh\n%s\nexport PREFIX=%q PATH=%q\n' "$PREFIX" "$MARK" "$PREFIX" "$PREFIX/bin:$PATH"
        cat
    } >"$1.new"
    chmod 755 "$1.new"
    mv "$1.new" "$1"
}

main "$@"
