"""Fetch the two faces of the demo posters from npm and cut them down to the glyphs the posters need.

Run it after changing a title in services/demo/films.json:

    python scripts/demo_fonts.py

It needs npm (with whatever registry it is configured for) and the development requirements (fontTools).
It writes the cut fonts, their licence texts and a manifest with checksums to services/demo/fonts/.
"""

import hashlib
import io
import json
import shutil
import string
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from services.demo.films import load, poster_text  # noqa: E402  (the path must be set first)

TARGET = ROOT / "services" / "demo" / "fonts"
BASIC_LATIN = string.ascii_letters + string.digits + string.punctuation + " ·–’"


@dataclass(frozen=True)
class Face:
    """A face to fetch: the npm package, the file in it and the name of the cut font."""

    package: str
    version: str
    member: str
    output: str


CHINESE = Face(
    "@fontsource/noto-serif-sc",
    "5.3.0",
    "package/files/noto-serif-sc-chinese-simplified-700-normal.woff2",
    "title-zh.ttf",
)
LATIN = Face(
    "@fontsource/cinzel", "5.3.0", "package/files/cinzel-latin-600-normal.woff2", "title-latin.ttf",
)  # fmt: skip


def fetch(face: Face, folder: Path) -> bytes:
    """The bytes of the package's tarball; CalledProcessError when npm fails."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to fetch the fonts")
    command = [npm, "pack", "--silent", "--pack-destination", str(folder), f"{face.package}@{face.version}"]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    return (folder / name).read_bytes()


def read_member(tarball: bytes, name: str) -> bytes:
    """One file out of a gzipped tarball; KeyError when it is not in it."""
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        member = archive.extractfile(name)
        if member is None:
            raise KeyError(name)
        return member.read()


def cut(font_file: bytes, text: str) -> bytes:
    """A TrueType or OpenType font with only the glyphs of `text`; SystemExit when one is missing."""
    font = TTFont(io.BytesIO(font_file), recalcTimestamp=False)
    missing = sorted({char for char in text if ord(char) not in font.getBestCmap()})
    if missing:
        raise SystemExit(f"the font has no glyph for: {' '.join(missing)}")
    options = Options(
        layout_features=["kern", "mark", "ccmp"], hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]
    )
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = None
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()


def write(face: Face, text: str, folder: Path) -> dict[str, str]:
    """Fetch, cut and store one face with its licence, and describe it for the manifest."""
    tarball = fetch(face, folder)
    package = json.loads(read_member(tarball, "package/package.json"))
    font = cut(read_member(tarball, face.member), text)
    licence_file = f"{Path(face.output).stem}.LICENSE.txt"
    (TARGET / face.output).write_bytes(font)
    (TARGET / licence_file).write_bytes(read_member(tarball, "package/LICENSE"))
    return {
        "output": face.output, "output_sha256": hashlib.sha256(font).hexdigest(),
        "package": face.package, "version": package["version"], "licence": package["license"],
        "licence_file": licence_file, "source_file": face.member,
        "tarball_sha256": hashlib.sha256(tarball).hexdigest(),
    }  # fmt: skip


def main() -> None:
    """Write both fonts and the manifest."""
    TARGET.mkdir(parents=True, exist_ok=True)
    texts = [poster_text(film) for film in load()]
    chinese = "".join(sorted(set("".join(zh for zh, _ in texts))))
    latin = "".join(sorted(set(BASIC_LATIN + "".join(en for _, en in texts))))
    with tempfile.TemporaryDirectory() as folder:
        faces = [write(CHINESE, chinese, Path(folder)), write(LATIN, latin, Path(folder))]
    (TARGET / "manifest.json").write_text(json.dumps(faces, indent=2) + "\n", encoding="utf-8")
    for face in faces:
        print(f"{face['output']}: {(TARGET / face['output']).stat().st_size} bytes")


if __name__ == "__main__":
    main()
