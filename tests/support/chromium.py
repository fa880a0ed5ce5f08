"""Finds the Chromium of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # root in a container has no namespaces to make a sandbox of
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "no Chromium found: install it (Debian: apt-get install chromium fonts-noto-cjk) "
    "or set CHROMIUM=/path/to/chromium"
)


def _answers(path: str) -> bool:
    # Ubuntu's chromium-browser is a stub that only says what to install.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find() -> str | None:
    """The path of a Chromium that starts: $CHROMIUM first, then the usual names on the PATH; None without one."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        path = shutil.which(name) if name else None
        if path and _answers(path):
            return path
    return None
