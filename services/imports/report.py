"""What an import has to say: one line for every row read, notes for every value that was not taken.

Texts are English msgids with parameters; whoever shows them translates (`msgid % params` is the English).
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from models.text import N_

# What people call the fields that lines and notes speak of.
LABELS = {
    "title": N_("Title"),
    "original_title": N_("Original title"),
    "director": N_("Director"),
    "cast": N_("Cast"),
    "genres": N_("Genres"),
    "countries": N_("Countries"),
    "languages": N_("Languages"),
    "runtime_min": N_("Runtime in minutes"),
    "formats": N_("Formats"),
    "release_date": N_("Release date"),
    "release_precision": N_("Release precision"),
    "synopsis": N_("Synopsis"),
    "external_id": N_("Number at the source"),
    "name": N_("Name"),
    "city": N_("City"),
    "district": N_("District"),
    "address": N_("Address"),
    "phone": N_("Phone"),
    "place": N_("Place"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "service_fee": N_("Service fee"),
    "code": N_("Code"),
    "pinyin": N_("Pinyin"),
}
SHOWN = 60  # characters of a foreign value quoted in a message


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a row or a file: English msgid, its parameters, and the field it is about (or None)."""

    msgid: str
    params: dict[str, object] = field(default_factory=dict)
    field: str | None = None

    def __str__(self) -> str:
        text = self.msgid % self.params if self.params else self.msgid
        return f"{self.label}: {text}" if self.label else text

    @property
    def label(self) -> str:
        """What people call the field (a msgid), or nothing."""
        return LABELS.get(self.field, self.field) if self.field else ""


@dataclass(slots=True)
class Line:
    """One row of the file: its number from 1, its line where the format has lines, and what became of it.

    `changes` is {field: (old, new)}; for a created record every old value is None.
    `reason` is set exactly when the row was refused.
    """

    row: int
    line: int | None
    title: str
    outcome: Outcome
    key: str | None = None
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    reason: Note | None = None


@dataclass(slots=True)
class Report:
    """The account of one file. `created + updated + unchanged + refused == rows` always holds."""

    kind: str
    filename: str
    dry_run: bool
    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)  # about the file as a whole

    @property
    def rows(self) -> int:
        return len(self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """{outcome: number of rows}, every outcome present, in the order of `Outcome`."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def created(self) -> int:
        return self.counts[Outcome.CREATED]

    @property
    def updated(self) -> int:
        return self.counts[Outcome.UPDATED]

    @property
    def unchanged(self) -> int:
        return self.counts[Outcome.UNCHANGED]

    @property
    def refused(self) -> int:
        return self.counts[Outcome.REFUSED]

    @property
    def noted(self) -> int:
        """How many rows carry at least one note."""
        return sum(bool(line.notes) for line in self.lines)


def shown(value: object) -> str:
    """A foreign value made safe to quote in a message: one line, printable, at most `SHOWN` characters."""
    text = value if isinstance(value, str) else _of(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: SHOWN + 1])
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _of(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int) and abs(value) >= 10**SHOWN:
        return "9…"  # Python refuses to print an integer of thousands of digits
    if type(value) in (dict, list, tuple):
        return type(value).__name__
    return str(value)
