"""Roles as a file: written out, compared with what is there, taken over whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models import Role, db
from models.text import N_
from services import records, roles
from services.access import Actor
from services.errors import Conflict, Invalid
from services.permissions import PERMISSIONS, SEED_ROLES

FORMAT: Final = "marquee-roles"
VERSION: Final = 1
DEMANDS: Final = "demands_second_factor"
FIELDS: Final = frozenset({"key", "name", "description", DEMANDS, "permissions"})
ROLES_MAX: Final = 1000


@dataclass(frozen=True)
class Change:
    """What a file would do to one role. `texts` are the fields beside its permissions as (field, old, new), where they
    differ; what it demands as “yes” or “no”."""

    role: Role | None
    key: str | None
    name: str
    description: str
    demands_second_factor: bool
    permissions: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    texts: tuple[tuple[str, str, str], ...]

    @property
    def created(self) -> bool:
        """Whether the role is not there yet."""
        return self.role is None

    def __bool__(self) -> bool:
        return bool(self.created or self.added or self.removed or self.texts)

    def values(self) -> dict[str, Any]:
        """The role's fields as services.roles takes them."""
        fields = {"name": self.name, "description": self.description, DEMANDS: self.demands_second_factor}
        return {**fields, "permissions": list(self.permissions)}


def everyone() -> list[Role]:
    """All roles with their permissions: those that come with the product first, by key, then by name."""
    found = db.session.scalars(select(Role).options(selectinload(Role.permissions)))
    return sorted(found, key=lambda role: (role.key is None, role.key or "", role.name))


def _entry(role: Role) -> dict[str, Any]:
    names = sorted(item.name for item in role.permissions)
    fields = {name: getattr(role, name) for name in ("key", "name", "description", DEMANDS)}
    return {**fields, "permissions": names}


def _document(entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "roles": list(entries)}


def export() -> dict[str, Any]:
    """All roles as a document for JSON; the same roles give the same document."""
    return _document(_entry(role) for role in everyone())


def seeds() -> dict[str, Any]:
    """The roles that come with the product, as such a document."""
    return _document(
        {
            "key": seed.key,
            "name": seed.name,
            "description": seed.description,
            DEMANDS: False,
            "permissions": sorted(seed.permissions),
        }
        for seed in SEED_ROLES
    )


# ── Reading ──


def read(content: bytes) -> Any:
    """The document in a file's bytes. Raises Invalid for what is no JSON."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid(N_("The file is not UTF-8."), "file") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(N_("The file is no JSON."), "file") from error


def _wrong(role: str, msgid: str, **params: Any) -> Invalid:
    return Invalid(msgid, role=role, **params)


def _texts(entry: dict[str, Any], label: str) -> None:
    """Raise Invalid unless the texts of an entry are texts that can be kept."""
    for name in ("key", "name", "description"):
        value = entry.get(name)
        if value is not None and not isinstance(value, str):
            raise _wrong(label, N_("%(role)s: “%(word)s” must be a text."), word=name)
    if not (entry.get("name") or "").strip():
        raise _wrong(label, N_("%(role)s: it has no name."))
    try:
        records.check_lengths(Role, {name: entry.get(name) for name in ("key", "name", "description")})
    except Invalid as error:
        raise _wrong(
            label, N_("%(role)s: a text is too long, or holds characters that cannot be kept.")
        ) from error


def _entry_of(entry: Any, number: int) -> dict[str, Any]:
    """An entry of the file, checked. Raises Invalid."""
    label = f"#{number}"
    if not isinstance(entry, dict):
        raise _wrong(label, N_("%(role)s: this is no role."))
    label = str(entry.get("key") or entry.get("name") or label)[:80]
    if unknown := sorted(set(entry) - FIELDS):
        raise _wrong(label, N_("%(role)s: there is no field “%(word)s”."), word=unknown[0])
    _texts(entry, label)
    if not isinstance(entry.get(DEMANDS, False), bool):
        raise _wrong(label, N_("%(role)s: “%(word)s” must be true or false."), word=DEMANDS)
    names = entry.get("permissions")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _wrong(label, N_("%(role)s: “permissions” must be a list of texts."))
    if unknown := sorted(set(names) - set(PERMISSIONS)):
        raise _wrong(label, N_("%(role)s: there is no permission “%(name)s”."), name=unknown[0])
    return {**entry, "name": entry["name"].strip()}


def _entries(document: Any) -> list[dict[str, Any]]:
    """The entries of a document, checked. Raises Invalid."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Invalid(
            N_("This is no file of roles: it does not say “format”: “%(format)s”."), "file", format=FORMAT
        )
    if document.get("version") != VERSION:
        raise Invalid(N_("This file of roles is of a version that cannot be read here."), "file")
    entries = document.get("roles")
    if not isinstance(entries, list) or len(entries) > ROLES_MAX:
        raise Invalid(N_("“roles” must be a list of at most %(most)s roles."), "file", most=ROLES_MAX)
    return [_entry_of(entry, number) for number, entry in enumerate(entries, start=1)]


def _role_of(entry: dict[str, Any], there: list[Role]) -> Role | None:
    """The stored role that an entry speaks of: by its key or, without one, by its name. Raises Invalid."""
    key = entry.get("key")
    if not key:
        return next((role for role in there if role.name == entry["name"]), None)
    found = next((role for role in there if role.key == key), None)
    if found is None and key not in {seed.key for seed in SEED_ROLES}:
        raise _wrong(key, N_("%(role)s: no role that comes with the product has this key."))
    return found


def _said(value: str | bool) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"


def change(role: Role, permissions: Iterable[str]) -> Change:
    """What it would do to a role if it opened just these permissions."""
    return _change({"name": role.name, "permissions": permissions}, role)


def _change(entry: dict[str, Any], role: Role | None) -> Change:
    wanted = set(entry["permissions"])
    held = {item.name for item in role.permissions} if role else set()
    kept = role.description if role else ""
    demands = bool(entry.get(DEMANDS, role.demands_second_factor if role else False))
    new = {"name": entry["name"], "description": entry.get("description", kept) or "", DEMANDS: demands}
    texts = (
        [(field, _said(getattr(role, field)), _said(value)) for field, value in new.items()] if role else []
    )
    return Change(
        role,
        role.key if role else entry.get("key") or None,
        new["name"],
        str(new["description"]),
        demands,
        permissions=tuple(sorted(wanted)),
        added=tuple(sorted(wanted - held)),
        removed=tuple(sorted(held - wanted)),
        texts=tuple(change for change in texts if change[1] != change[2]),
    )


def plan_import(document: Any) -> list[Change]:
    """What taking over a document would change, role by role; roles that it does not name stay as they are.

    Raises Invalid for what is no such document, unknown permissions included; Conflict if it speaks of a role twice.
    """
    there, changes = everyone(), []
    seen: set[Any] = set()
    for entry in _entries(document):
        role = _role_of(entry, there)
        names = {("role", role.id if role else entry.get("key")), ("name", entry["name"])} - {("role", None)}
        if names & seen:
            raise Conflict(N_("The file speaks of “%(name)s” twice."), "file", name=entry["name"])
        seen |= names
        changes.append(_change(entry, role))
    return [change for change in changes if change]


# ── Writing ──


def _next(actor: Actor, waiting: list[Change]) -> Change:
    """The next change: one whose name no other waiting role still has. Where names go round, one is freed first."""
    held = {change.role.name: change for change in waiting if change.role}
    for change in waiting:
        if held.get(change.name, change) is change:
            return change
    blocking = held[waiting[0].name]
    role = blocking.role
    assert role is not None  # noqa: S101 - held has no other
    roles.change(actor, role, {"name": f"{role.name[:180]} · {role.id}"})
    return _next(actor, waiting)


def apply_import(actor: Actor, document: Any) -> list[Change]:
    """Take a document over, all of it or nothing; what changed.

    Raises as `plan_import`; Forbidden for rights that the actor lacks; Conflict if nobody would be left to keep staff
    and roles, or for a name that is taken.
    """
    changes = plan_import(document)
    apply(actor, changes)
    return changes


def apply(actor: Actor, changes: list[Change]) -> None:
    """Carry changes out, all of them or none. Raises Forbidden for rights that the actor lacks; Conflict if nobody
    would be left to keep staff and roles, or for a name that is taken."""
    waiting = list(changes)
    with db.session.begin_nested():
        while waiting:
            change = _next(actor, waiting)
            waiting.remove(change)
            if change.role is None:
                roles.create(actor, {**change.values(), "key": change.key})
            else:
                roles.change(actor, change.role, change.values())
        if changes:
            roles.require_keyholder()


def judge(actor: Actor, changes: list[Change]) -> None:
    """Raise what carrying the changes out would raise; nothing of it stays."""
    trial = db.session.begin_nested()
    try:
        apply(actor, changes)
    finally:
        trial.rollback()


def reset(actor: Actor) -> list[Change]:
    """Bring the roles that come with the product back as they were; other roles and all grants stay. Raises as
    `apply_import`."""
    return apply_import(actor, seeds())
