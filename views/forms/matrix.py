"""What the table of roles and permissions sends: the roles that were shown, and what was ticked."""

from __future__ import annotations

from flask import abort
from werkzeug.datastructures import MultiDict

from models.text import N_
from services.errors import Invalid
from services.matrix import Shown, Ticks
from services.permissions import PERMISSIONS


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        abort(400)
    return int(typed)


def _known(name: str) -> str:
    if name not in PERMISSIONS:
        raise Invalid(N_("There is no permission “%(name)s”."), name=name[:60])
    return name


def shown(form: MultiDict[str, str]) -> dict[int, Shown]:
    """The roles that the page showed, as “number:version:name” each."""
    parts = [text.split(":", 2) for text in form.getlist("role")]
    if any(len(part) != 3 for part in parts):
        abort(400)
    roles = [Shown(_number(part[0]), _number(part[1]), part[2][:200]) for part in parts]
    return {role.id: role for role in roles}


def ticks(form: MultiDict[str, str]) -> Ticks:
    """What was ticked, as “number:permission” each; `offered` names the permissions that could be. Raises Invalid."""
    pairs = [text.partition(":") for text in form.getlist("tick")]
    ticked = frozenset((_number(number), _known(name)) for number, _colon, name in pairs)
    return Ticks(shown(form), frozenset(map(_known, form.getlist("offered"))), ticked)
