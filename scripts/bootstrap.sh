#!/usr/bin/env bash
# Makes .venv and fills it from the locked requirements:  bootstrap.sh run|dev
#
# Does nothing, and asks the network nothing, when everything is already as locked. Two that start at
# the same time wait for each other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Ctrl-C ends this at once, without the sentence about what pip could not do.
trap 'exit 130' INT

kind=${1:-run}
lowest="3.11"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    if [[ -n ${PYTHON:-} ]]; then
        command -v "$PYTHON" >/dev/null || fail "PYTHON=$PYTHON: there is no such program."
        new_enough "$PYTHON" || fail "Marquee needs Python $lowest or newer; PYTHON=$PYTHON is $("$PYTHON" --version 2>&1)."
        echo "$PYTHON"
        return
    fi
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    local found="no Python at all"
    command -v python3 >/dev/null && found="only $(python3 --version 2>&1)"
    fail "Marquee needs Python $lowest or newer; there is $found. Install one, or name it: make run PYTHON=/path/to/python3.12"
}

has_venv_module() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Debian and Ubuntu ship Python without the part that makes virtual environments.
install_venv_module() {
    local package
    package="python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        say "Installing $package ..."
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } </dev/null >/dev/null \
            || fail "apt-get could not install $package; install it and try again."
    fi
    has_venv_module "$1" || fail "This Python cannot make virtual environments. Install $package (Debian, Ubuntu: sudo apt-get install $package) and try again."
}

make_venv() {
    local python
    python=$(find_python)
    has_venv_module "$python" || install_venv_module "$python"
    say "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv
}

venv_works() {
    [[ -x .venv/bin/python ]] && new_enough .venv/bin/python || return 1
    # A PYTHON= given by hand that is another version than the one in .venv means: make it anew.
    [[ -z ${PYTHON:-} || $(.venv/bin/python --version) == "$("$PYTHON" --version)" ]]
}

locked_sum() { { .venv/bin/python --version; cat "requirements/$1.txt"; } | sha256sum | cut -d' ' -f1; }

is_installed() { [[ $(cat ".venv/.installed-$1" 2>/dev/null) == "$(locked_sum "$1")" ]]; }

install() {
    say "Installing requirements/$kind.txt (once; takes about a minute) ..."
    rm -f .venv/.installed-*
    .venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
    .venv/bin/python -m pip install --disable-pip-version-check --no-input -q --require-hashes -r "requirements/$kind.txt" \
        || fail "pip could not install requirements/$kind.txt; what went wrong stands above."
    locked_sum run >.venv/.installed-run
    if [[ $kind == dev ]]; then locked_sum dev >.venv/.installed-dev; fi
}

compile_translations() {
    local source
    for source in dashboard/translations/*/LC_MESSAGES/*.po; do
        if [[ -e $source && ! ${source%.po}.mo -nt $source ]]; then
            .venv/bin/python -m babel.messages.frontend -q compile -d dashboard/translations
            return
        fi
    done
}

[[ $kind == run || $kind == dev ]] || fail "bootstrap.sh: say run or dev."
if [[ -n ${PYTHON:-} ]]; then find_python >/dev/null; fi

# The lock lives beside .venv, not in it: .venv itself may be made anew.
if command -v flock >/dev/null; then
    exec 9>.bootstrap.lock
    flock -n 9 || { say "Another make is setting things up; waiting for it ..."; flock 9; }
fi

venv_works || make_venv
is_installed "$kind" || install
compile_translations
