#!/usr/bin/env bash
# Sees to it that the browser tests have a Chromium and a font with Chinese characters. Installs both as root on
# Debian; elsewhere it only says what is missing, and the tests that need it are skipped with that reason.
set -uo pipefail

say() { printf '%s\n' "$*" >&2; }

# The same places, in the same order, as tests/support/chromium.py looks in.
has_chromium() {
    local name
    for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's package is a stub without a browser: only one that answers counts.
        command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

has_chinese_font() { command -v fc-list >/dev/null && [[ -n $(fc-list :lang=zh-cn) ]]; }

apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" </dev/null >/dev/null; }

has_chromium && has_chinese_font && exit 0

if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "Installing Chromium and Chinese fonts for the browser tests (once) ..."
    apt update
    has_chromium || apt install -y --no-install-recommends chromium fontconfig
    has_chinese_font || apt install -y --no-install-recommends fonts-noto-cjk fontconfig \
        || apt install -y --no-install-recommends fonts-wqy-microhei fontconfig
fi

has_chromium || say "No Chromium here: browser tests will be skipped. Debian: sudo apt-get install chromium fonts-noto-cjk; elsewhere set CHROMIUM=/path/to/chromium."
has_chinese_font || say "No Chinese font here: pictures of Chinese pages will show boxes. Debian: sudo apt-get install fonts-noto-cjk"
exit 0
