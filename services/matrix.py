"""The table of roles and permissions: what was ticked in it, against what is there by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models import Role
from services import role_files
from services.role_files import Change


@dataclass(frozen=True)
class Shown:
    """A role as the page showed it."""

    id: int
    version: int
    name: str


@dataclass(frozen=True)
class Ticks:
    """What was ticked for the roles that were shown. Of permissions that were not offered nothing was said."""

    roles: Mapping[int, Shown]
    offered: frozenset[str]
    ticked: frozenset[tuple[int, str]]

    def wanted(self, role: Role) -> frozenset[str]:
        """What the role is to open."""
        kept = {item.name for item in role.permissions} - self.offered
        return frozenset(kept | {name for number, name in self.ticked if number == role.id})


@dataclass(frozen=True)
class Drift:
    """What happened to the roles since they were shown."""

    changed: tuple[Role, ...]
    gone: tuple[Shown, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


def drift(shown: Mapping[int, Shown], there: Iterable[Role]) -> Drift:
    """The roles that were shown and are others by now, or no more."""
    found = {role.id: role for role in there}
    changed = [role for role in found.values() if role.id in shown and shown[role.id].version != role.version]
    return Drift(tuple(changed), tuple(role for role in shown.values() if role.id not in found))


def plan(ticks: Ticks, there: Iterable[Role]) -> list[Change]:
    """What the ticks would change, role by role."""
    changes = [role_files.change(role, ticks.wanted(role)) for role in there if role.id in ticks.roles]
    return [change for change in changes if change]


def settled(shown: Mapping[int, Shown], changes: Iterable[Change]) -> bool:
    """Whether the changes are still to just the roles that were shown, as they were."""
    now = {change.role.id: change.role.version for change in changes if change.role}
    return now == {role.id: role.version for role in shown.values()}
