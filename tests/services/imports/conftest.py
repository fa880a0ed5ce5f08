"""What the tests of imports share: running an import from text, and small files in the sources' own shapes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from services import imports
from services.access import SYSTEM


def _bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)).encode()


@pytest.fixture
def importing(session: Any) -> Callable[..., imports.Report]:
    """importing(content, kind=None, actor=SYSTEM, **options): import bytes, text, or an object as JSON."""

    def run(content: object, kind: str | None = None, actor: Any = SYSTEM, **options: Any) -> imports.Report:
        report = imports.run(actor, kind, io.BytesIO(_bytes(content)), "sample", **options)
        assert sum(report.counts.values()) == report.rows == len(report.lines)
        assert [line.row for line in report.lines] == list(range(1, report.rows + 1))
        return report

    return run


def film_list(*films: Any) -> dict[str, Any]:
    """A list of films as the platform answers."""
    return {"api": "x", "data": {"returnCode": "0", "returnValue": list(films)}, "ret": ["SUCCESS::调用成功"]}


def cinema_list(**regions: list[Any]) -> dict[str, Any]:
    """A list of one city's cinemas, by district."""
    return {"data": {"returnValue": {"regionCinemas": regions, "regionOrder": list(regions)}}}


def city_list(*cities: dict[str, Any]) -> dict[str, Any]:
    """A list of cities under one letter."""
    return {"returnCode": "0", "returnValue": {"B": list(cities)}}
