"""What was measured, as rows of a table and as JSON, each with its bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.items import Item
from bench.measure import Series, ratio

STATEMENTS_MAX = 6
HTML_MAX_KB = 60
GROWTH_MAX = 1.3
HEAD = ("item", "marquee", "p95", "limit", "stock", "cpu m/l/s", "SQL", "kB", "ratio", "bar", "")


@dataclass(frozen=True)
class Judged:
    """A bar and how it went."""

    what: str
    value: float | None
    at_most: float

    @property
    def met(self) -> bool:
        """Whether it was measured and met."""
        return self.value is not None and self.value <= self.at_most

    def json(self) -> dict[str, Any]:
        """For the file."""
        return {**asdict(self), "met": self.met}


@dataclass(frozen=True)
class Row:
    """One item on one database."""

    key: str
    label: str
    p50: dict[str, float]
    p95: dict[str, float]
    cpu: dict[str, float]
    failures: dict[str, str]
    statements: int | None
    size: int
    judged: tuple[Judged, ...]

    def json(self) -> dict[str, Any]:
        """For the file."""
        return {**asdict(self), "judged": [one.json() for one in self.judged]}


@dataclass(frozen=True)
class Growth:
    """One item on two databases."""

    label: str
    small: float | None
    large: float | None
    judged: Judged

    def json(self) -> dict[str, Any]:
        """For the file."""
        return {**asdict(self), "judged": self.judged.json()}


def row(item: Item, results: dict[str, Series], statements: int | None) -> Row:
    """Judge what was measured for an item; `results` by the name of the lane."""
    judged = [
        Judged(f"x {bar.against}", ratio(results["marquee"], results[bar.against]), bar.factor)
        for bar in item.bars
        if bar.against in results
    ]
    if item.bars and statements is not None:
        judged.append(Judged("SQL", statements, STATEMENTS_MAX))
    if item.key == "list" and results["marquee"].times:
        judged.append(Judged("kB", results["marquee"].size / 1000, HTML_MAX_KB))
    measured = {name: series for name, series in results.items() if series.times}
    return Row(
        item.key,
        item.label,
        {name: round(series.p50, 3) for name, series in measured.items()},
        {name: round(series.p95, 3) for name, series in measured.items()},
        {name: round(median(series.cpu), 3) for name, series in measured.items()},
        {name: series.failure for name, series in results.items() if series.failure not in ("", "-")},
        statements,
        results["marquee"].size,
        tuple(judged),
    )


def table(rows: Iterable[Row]) -> str:
    """The rows under each other; a further line for each further bar."""
    lines: list[Sequence[str]] = [HEAD]
    for one in rows:
        cells = [
            one.label,
            _ms(one.p50.get("marquee")),
            _ms(one.p95.get("marquee")),
            _ms(one.p50.get("limit")),
            _ms(one.p50.get("stock")),
            "/".join(_ms(one.cpu.get(name)) or "-" for name in ("marquee", "limit", "stock")),
            "" if one.statements is None else str(one.statements),
            f"{one.size / 1000:.1f}" if one.size else "",
        ]
        bars = [_bar(judged) for judged in one.judged] or [("", "", "")]
        lines += [[*(cells if number == 0 else [""] * len(cells)), *bar] for number, bar in enumerate(bars)]
        lines += [[f"  {name}: {text}"] for name, text in one.failures.items()]
    return aligned(lines)


def growth(item: Item, against: str, small: Series, large: Series) -> Growth:
    """Judge what an item takes in the large database."""
    judged = Judged(f"x {against}", ratio(large, small), GROWTH_MAX)
    return Growth(item.label, _p50(small), _p50(large), judged)


def growth_table(growths: Iterable[Growth]) -> str:
    """How much longer the same takes in the large database."""
    lines: list[Sequence[str]] = [("item", "small", "large", "ratio", "bar", "")]
    lines += [[one.label, _ms(one.small), _ms(one.large), *_bar(one.judged)] for one in growths]
    return aligned(lines)


def all_met(found: Any) -> bool:
    """Whether every bar in what was measured is met; what could not be measured is not."""
    if isinstance(found, dict):
        return found.get("met", True) and all(map(all_met, found.values()))
    return all(map(all_met, found)) if isinstance(found, list | tuple) else True


def _p50(series: Series) -> float | None:
    return round(series.p50, 3) if series.times else None


def _ms(value: float | None) -> str:
    return (
        ""
        if value is None
        else f"{value:.2f}"
        if value < 10
        else f"{value:,.0f}"
        if value >= 100
        else f"{value:.1f}"
    )


def _bar(judged: Judged) -> tuple[str, str, str]:
    value = "?" if judged.value is None else f"{judged.value:.2f}"
    verdict = "met" if judged.met else "not measured" if judged.value is None else "NOT MET"
    return f"{value} {judged.what}", f"{judged.at_most:g}", verdict


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Columns of equal width; a line of one cell stands by itself. The first column is text, the others figures."""
    columns = max(map(len, lines))
    widths = [max((len(line[n]) for line in lines if len(line) > 1), default=0) for n in range(columns)]
    out = []
    for line in lines:
        first, *rest = line
        padded = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=False)]
        out.append("  ".join([first.ljust(widths[0]) if rest else first, *padded]).rstrip())
    return "\n".join(out)
