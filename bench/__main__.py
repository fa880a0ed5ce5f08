"""The benchmark, one command: python -m bench --help."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bench import inspection, postgres, report
from bench.generate import DATA, ENGINES, SIZES, chosen, database
from bench.items import BY_KEY, Item
from bench.stage import grown, measured, staged


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=…", description="Measures Marquee; see bench/README.md."
    )
    parser.add_argument("--sizes", type=lambda typed: chosen(tuple(SIZES), typed), default=["10k", "1m"])
    parser.add_argument("--engines", type=lambda typed: chosen(ENGINES, typed), default=list(ENGINES))
    parser.add_argument("--items", type=lambda typed: chosen(tuple(BY_KEY), typed), default=list(BY_KEY))
    parser.add_argument("--rounds", type=int, default=30, help="rounds for each item")
    parser.add_argument("--seconds", type=float, default=20, help="no further round of an item after so long")
    parser.add_argument("--json", type=Path, help="write what was measured to this file as well")
    parser.add_argument("--check", action="store_true", help="status 1 if a bar is not met")
    parser.add_argument(
        "--explain", action="store_true", help="print statements and plans instead of measuring"
    )
    parser.add_argument(
        "--profile", type=Path, help="record flame graphs into this folder instead of measuring"
    )
    return parser.parse_args()


def look_into(asked: argparse.Namespace, uris: dict[str, str]) -> None:
    """Plans or flame graphs of the items."""
    for size, uri in uris.items():
        with staged(uri, size, "counted" if asked.explain else "marquee") as stage:
            for item in (BY_KEY[key] for key in asked.items):
                print(
                    inspection.explain(stage, item)
                    if asked.explain
                    else inspection.profile(stage, item, asked.profile / size),
                    flush=True,
                )


def compare(asked: argparse.Namespace, engine: str, uris: dict[str, str]) -> dict[str, Any]:
    """Every item on every size, and the last size against the first; printed as it comes, and as data."""
    items, found = [BY_KEY[key] for key in asked.items], {}
    for size, uri in uris.items():
        with staged(uri, size, "marquee", "counted", "limit", "stock") as stage:
            rows = [measured(stage, item, asked.rounds, asked.seconds) for item in told(items)]
        print(f"\n{engine}, {SIZES[size]:,} screenings (ms)\n\n{report.table(rows)}", flush=True)
        found[size] = [row.json() for row in rows]
    if len(uris) > 1:
        small, large = asked.sizes[0], asked.sizes[-1]
        with staged(uris[small], small, "marquee") as one, staged(uris[large], large, "marquee") as other:
            fair = [item for item in items if item.comparable(one.facts, other.facts)]
            growths = [grown(one, other, item, asked.rounds, asked.seconds) for item in told(fair)]
        print(f"\n{engine}, {large} against {small} (ms)\n\n{report.growth_table(growths)}", flush=True)
        found["growth"] = [growth.json() for growth in growths]
    return found


def told(items: list[Item]) -> Iterator[Item]:
    """The items, each named on the terminal when its turn comes."""
    for item in items:
        print(f"  {item.label} ...", file=sys.stderr, flush=True)
        yield item


def main() -> int:
    """Measure; 0, or 1 where `--check` finds a bar that is not met."""
    # Told to end, it still stops its servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    asked, found = options(), {}
    for engine in asked.engines:
        server = postgres.serving(DATA / "postgresql") if engine == "postgresql" else nullcontext("")
        with server as address:
            uris = {size: database(engine, size, address) for size in asked.sizes}
            if asked.explain or asked.profile:
                look_into(asked, uris)
            else:
                found[engine] = compare(asked, engine, uris)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    return int(asked.check and not report.all_met(found))


if __name__ == "__main__":
    sys.exit(main())
