#!/usr/bin/env bash
# Every check that is not a test. All of them run, so that one run shows everything; fails if any failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
failed=()

check() {
    local name=$1
    shift
    if "$@"; then echo "ok      $name"; else echo "FAILED  $name"; failed+=("$name"); fi
}

check "ruff check" $python -m ruff check --quiet --output-format concise .
check "ruff format" $python -m ruff format --check --quiet --output-format concise .
check "mypy" $python -m mypy --no-error-summary
check "lint-imports" $python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo
check "vendor" $python scripts/vendor.py --check

[[ ${#failed[@]} == 0 ]] || { echo "Failed: ${failed[*]}"; exit 1; }
