#!/usr/bin/env bash
# Works out requirements/run.txt and dev.txt again from the .in files: every version with its hashes, for every
# platform and Python from 3.11 on. Uses the uv on the PATH, or one in a small environment of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

uv=$(command -v uv || true)
if [[ -z $uv ]]; then
    [[ -x .lock-venv/bin/uv ]] || {
        "${PYTHON:-python3}" -m venv .lock-venv
        .lock-venv/bin/python -m pip install --disable-pip-version-check --no-input -q uv
    }
    uv=$PWD/.lock-venv/bin/uv
fi

cd requirements
for kind in run dev; do
    "$uv" pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        --quiet "$@" "$kind.in" --output-file "$kind.txt"
done
