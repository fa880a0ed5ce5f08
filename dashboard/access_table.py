"""What each endpoint of a running installation needs, and which role opens it, by the views' own declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask

from dashboard.admin.base import SafeModelView
from dashboard.admin.home import HomeView
from models import Role
from services import explain
from views.base import PUBLIC, SIGNED_IN, DashboardView

YES: Final = "yes"
OWN: Final = "own"
CHAIN: Final = "all"
NO: Final = "no"
MEANINGS: Final = {
    YES: "opens it",
    OWN: "opens it for the cinemas that the role is granted for",
    CHAIN: "opens it if the role is granted for all cinemas",
    NO: "does not open it",
}


@dataclass(frozen=True)
class Row:
    """An endpoint and a method. `needs`: one of these permissions (“a & b”: both), or PUBLIC, or SIGNED_IN; empty:
    nobody said."""

    endpoint: str
    method: str
    needs: tuple[str, ...]
    # True: for all cinemas, whatever the permission says elsewhere.
    whole_chain: bool = False

    @property
    def needed(self) -> str:
        """What it needs, in a line."""
        return " | ".join(self.needs)


def _is_static(app: Flask, endpoint: str) -> bool:
    """Whether it is Flask's own way to serve a folder of files."""
    blueprint, _dot, name = endpoint.rpartition(".")
    owner = app.blueprints.get(blueprint) if blueprint else app
    return name == "static" and owner is not None and owner.has_static_folder


def _row(app: Flask, endpoint: str, method: str) -> Row:
    function: Any = app.view_functions[endpoint]
    page = getattr(function, "view_class", None)
    if page is not None and issubclass(page, DashboardView):
        if page.any_of:
            return Row(endpoint, method, page.any_of, whole_chain=True)
        return Row(endpoint, method, tuple(filter(None, [page.permissions.get(method.lower())])))
    view = getattr(function, "__self__", None)
    if isinstance(view, SafeModelView):
        handler = endpoint.rpartition(".")[2]
        action, also = view.ACTIONS.get(handler), view.ALSO.get(handler)
        needed = " & ".join(filter(None, (action and view.permission(action), also)))
        return Row(endpoint, method, (needed,) if action else ())
    if isinstance(view, HomeView):
        return Row(endpoint, method, (SIGNED_IN,))
    return Row(endpoint, method, (PUBLIC,) if _is_static(app, endpoint) else ())


def rows(app: Flask) -> Iterator[Row]:
    """Every endpoint and method, by name; HEAD goes with GET, and OPTIONS tells nothing."""
    pairs = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    for endpoint, method in sorted(pairs):
        if method not in ("HEAD", "OPTIONS"):
            yield _row(app, endpoint, method)


def opens(row: Row, permissions: Iterable[str]) -> str:
    """Whether a role with these permissions opens it: one of MEANINGS."""
    if set(row.needs) & {PUBLIC, SIGNED_IN}:
        return YES
    ways = [set(need.split(" & ")) for need in row.needs]
    open_ways = [names for names in ways if names <= set(permissions)]
    if not open_ways:
        return NO
    # Of several that are needed together, the strictest decides.
    if row.whole_chain or all(any(explain.needs_chain(name) for name in names) for names in open_ways):
        return CHAIN
    return OWN if any(explain.of_cinemas(name) for names in open_ways for name in names) else YES


def heading(role: Role) -> str:
    """How a column is called: the key of a role that comes with the product, the name of another."""
    return role.key or role.name
