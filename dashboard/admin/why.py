"""The page “Why?”: whether somebody may do something, to a record or at all, and from which grant or for what lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from dashboard.admin.spec import number
from models import Cinema, Role, User
from models.text import N_
from services import access, explain
from services.errors import Forbidden, Invalid, NotFound
from services.explain import MODELS, Answer
from services.permissions import PERMISSIONS, RESOURCES
from views.base import current_actor
from views.forms.people import role_name


def _permission() -> str:
    """The permission that is asked about, or nothing. Raises Invalid for one that there is not."""
    name = request.args.get("permission", "")
    if name and name not in PERMISSIONS:
        raise Invalid(N_("There is no permission “%(name)s”."), name=name[:60])
    return name


def _record(noun: str | None) -> Any:
    """The record that is asked about, if one is. One of another noun was chosen for another permission.

    Raises NotFound for what the asker may not see.
    """
    typed = request.args.get("record", "").strip()
    if noun is None or not typed or request.args.get("noun", noun) != noun:
        return None
    try:
        return access.get(current_actor(), f"{noun}.view", MODELS[noun], number(typed))
    except (ValueError, Forbidden) as error:
        raise NotFound(N_("There is no such record.")) from error


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The permissions by what they are about, in the reader's words: (resource, [(name, what it opens)])."""
    return [
        (_(label), [(name, _(text)) for name, text in PERMISSIONS.items() if name.split(".")[0] == resource])
        for resource, label in RESOURCES.items()
    ]


def grants(answer: Answer) -> list[dict[str, Any]]:
    """The grants of an answer: role and cinema (None: all), each with its address where the reader may see it."""
    return [{"role": _role(role), "cinema": _cinema(cinema)} for role, cinema in answer.grants]


def _role(role: Role) -> tuple[str, str]:
    open_to = current_actor().can("role.view", role)
    return role_name(role), url_for("role.details_view", id=role.id) if open_to else ""


def _cinema(cinema: Cinema | None) -> tuple[str, str] | None:
    if cinema is None:
        return None
    open_to = current_actor().can("cinema.view", cinema)
    return cinema.name, url_for("cinema.details_view", id=cinema.id) if open_to else ""


def _chosen(noun: str | None, record: Any, pages: Mapping[str, Any]) -> dict[str, Any]:
    """The field for a record: its label, the address of its look-up (a noun without: by number), what is chosen."""
    page = pages[noun] if noun else None
    lookup = page is not None and "ajax_lookup" in page.handlers
    return {
        "noun": noun,
        "noun_label": _(page.noun) if page else "",
        "lookup_url": url_for(f"{noun}.ajax_lookup") if lookup else "",
        "asked": record,
        "asked_text": page.lookup_text(record) if page and record is not None else "",
    }


def context(user: User, pages: Mapping[str, Any]) -> dict[str, Any]:
    """What the page about a member of staff shows; `pages`: the site's pages by noun. Raises Invalid, NotFound."""
    permission = _permission()
    noun = explain.subject(permission) if permission else None
    record = _record(noun)
    answer = explain.explain(user, permission, record) if permission else None
    offered = explain.roles_with(permission) if answer and not answer.grants and _sees_roles() else []
    return {
        "groups": groups(),
        "permission": permission,
        "opens": _(PERMISSIONS[permission]) if permission else "",
        **_chosen(noun if noun and current_actor().can(f"{noun}.view") else None, record, pages),
        "answer": answer,
        "grants": grants(answer) if answer else [],
        "offered": [_role(role) for role in offered],
    }


def _sees_roles() -> bool:
    return current_actor().can("role.view")
