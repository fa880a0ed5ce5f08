"""The table of roles and permissions: tick, look at what would change, save; and the same by a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from dashboard.admin import history
from models import Role, db
from models.text import N_
from services import audit, matrix, records, role_files, roles
from services.errors import Conflict, Invalid, ServiceError, TooLarge
from services.matrix import Drift, Shown, Ticks
from services.permissions import PERMISSIONS, RESOURCES
from services.role_files import Change
from views.base import current_actor, tell_trail
from views.forms import matrix as sent
from views.forms.people import role_name
from views.language import labelled, refusal

# More than a hundred roles take; what is reviewed goes there and back within a form.
FILE_MAX: Final = 200_000
NOTHING: Final = Drift((), ())


@dataclass(frozen=True)
class Cell:
    """A box of the table. `held`: what is stored; `meant`: what was ticked here before somebody else changed it."""

    value: str
    label: str
    ticked: bool
    held: bool
    meant: bool | None = None


@dataclass(frozen=True)
class Line:
    """A permission across all roles. `locked`: the reader may not hand it out."""

    name: str
    text: str
    locked: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Review:
    """What would happen to one role, in the reader's words. `staff`: how many they see who hold it."""

    name: str
    created: bool
    texts: list[tuple[str, str, str]]
    added: list[tuple[str, str]]
    removed: list[tuple[str, str]]
    staff: int


def _cell(role: Role, held: frozenset[str], name: str, ticks: Ticks | None, drift: Drift) -> Cell:
    stored = name in held
    wanted = name in ticks.wanted(role) if ticks and role.id in ticks.roles else stored
    label = labelled(role_name(role), _(PERMISSIONS[name]))
    if role in drift.changed:
        return Cell(f"{role.id}:{name}", label, stored, stored, wanted if wanted != stored else None)
    return Cell(f"{role.id}:{name}", label, wanted, stored)


def _groups(there: list[Role], ticks: Ticks | None, drift: Drift) -> list[tuple[str, list[Line]]]:
    """The table's body: the permissions by what they are about."""
    held = {role.id: frozenset(item.name for item in role.permissions) for role in there}
    editable = current_actor().everywhere("role.edit")

    def line(name: str) -> Line:
        locked = not editable or not current_actor().everywhere(name)
        cells = [_cell(role, held[role.id], name, ticks, drift) for role in there]
        return Line(name, _(PERMISSIONS[name]), locked, cells)

    return [
        (_(title), [line(name) for name in PERMISSIONS if name.split(".")[0] == resource])
        for resource, title in RESOURCES.items()
    ]


def _lost(ticks: Ticks, role: Shown) -> list[str]:
    """What was ticked for a role that is no more, in words."""
    return [_(PERMISSIONS[name]) for number, name in sorted(ticks.ticked) if number == role.id]


def _reviews(changes: list[Change]) -> list[Review]:
    granted = {row.role_id: row.staff for row in db.session.execute(roles.granted(current_actor()))}
    return [
        Review(
            role_name(change.role) if change.role else change.name,
            change.created,
            [(history.label("role", field), old, new) for field, old, new in change.texts],
            [(name, _(PERMISSIONS[name])) for name in change.added],
            [(name, _(PERMISSIONS[name])) for name in change.removed],
            granted.get(change.role.id, 0) if change.role else 0,
        )
        for change in changes
    ]


def _document() -> Any:
    """The document of the file that was sent. Raises Invalid, TooLarge."""
    file = request.files.get("file")
    content = file.stream.read(FILE_MAX + 1) if file and file.filename else b""
    if not content:
        raise Invalid(N_("Choose a file."), "file")
    if len(content) > FILE_MAX:
        raise TooLarge(N_("The file is larger than %(most)s kB."), "file", most=FILE_MAX // 1000)
    return role_files.read(content)


def _require() -> None:
    """Raise Forbidden for who may change no role: roles belong to the whole chain."""
    current_actor().require("role.edit", Role())


def _carried(document: Any, changes: list[Change]) -> list[tuple[str, str]]:
    """What a file's review carries along: the file itself, and the roles that it changes as they were."""
    known = [change.role for change in changes if change.role]
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return [("document", text), *(("role", f"{role.id}:{role.version}:{role.name}") for role in known)]


class MatrixPages:
    """What RoleView has besides the pages of every noun."""

    MATRIX: ClassVar[Mapping[str, str]] = {
        "matrix_view": "view",
        "matrix_save": "edit",
        "matrix_export": "view",
        "matrix_file": "edit",
    }
    render: Any
    get_url: Any

    @expose("/matrix/")
    def matrix_view(self) -> ResponseReturnValue:
        """The table as it is."""
        return self._table()

    @expose("/matrix/", methods=("POST",))
    def matrix_save(self) -> ResponseReturnValue:
        """Shows what would change; what was looked at is saved."""
        _require()
        if "document" in request.form:
            return self._taken_over(role_files.read(request.form["document"].encode()))
        ticks, there = sent.ticks(request.form), role_files.everyone()
        if request.form.get("step") == "back":
            return self._table(ticks)
        if drift := matrix.drift(ticks.roles, there):
            return self._table(ticks, drift), 409
        changes = matrix.plan(ticks, there)
        try:
            if request.form.get("step") == "save":
                return self._save(changes)
            return self._review(changes, list(request.form.items(multi=True)))
        except (Invalid, Conflict) as error:
            return self._table(ticks, error=error), error.status

    @expose("/matrix/file/", methods=("GET", "POST"))
    def matrix_file(self) -> ResponseReturnValue:
        """Shows what a file would change."""
        _require()
        if request.method == "GET":
            # A page that shows a file's changes has this address; switching the language there asks for it.
            return redirect(self.get_url(".matrix_view"), code=303)
        try:
            document = _document()
            changes = role_files.plan_import(document)
            return self._review(changes, _carried(document, changes))
        except (Invalid, Conflict, TooLarge) as error:
            return self._table(error=error), error.status

    @expose("/matrix/export/")
    def matrix_export(self) -> ResponseReturnValue:
        """All roles as a file, which the command line and this page take over."""
        text = json.dumps(role_files.export(), ensure_ascii=False, indent=2) + "\n"
        response = Response(text, mimetype="application/json")
        response.headers["Content-Disposition"] = "attachment; filename=marquee-roles.json"
        if request.method == "GET":
            # HEAD takes nothing along.
            records.begin_writing()
            tell_trail()
            audit.note(db.session(), "role.export", changes={"file": [None, "json"]})
        return response

    def _taken_over(self, document: Any) -> ResponseReturnValue:
        """Saves what a file changes; shows it again if that is something else by now."""
        try:
            changes = role_files.plan_import(document)
            if matrix.settled(sent.shown(request.form), changes):
                return self._save(changes)
            return self._review(changes, _carried(document, changes), moved=True)
        except (Invalid, Conflict) as error:
            return self._table(error=error), error.status

    def _save(self, changes: list[Change]) -> ResponseReturnValue:
        role_files.apply(current_actor(), changes)
        flash(_("Saved.") if changes else _("There is nothing to change."), "success" if changes else "info")
        return redirect(self.get_url(".matrix_view"), code=303)

    def _review(
        self, changes: list[Change], fields: list[tuple[str, str]], moved: bool = False
    ) -> ResponseReturnValue:
        """What would change, before it does; `fields` are sent again with the answer."""
        if not changes:
            return self._save(changes)
        role_files.judge(current_actor(), changes)
        kept = [(name, value) for name, value in fields if name not in ("csrf_token", "step")]
        by_file = any(name == "document" for name, _value in kept)
        page = self.render(
            "roles/review.html", view=self, reviews=_reviews(changes), kept=kept, moved=moved, by_file=by_file
        )
        return page, 409 if moved else 200

    def _table(
        self, ticks: Ticks | None = None, drift: Drift = NOTHING, error: ServiceError | None = None
    ) -> Any:
        there = role_files.everyone()
        groups = _groups(there, ticks, drift)
        lines = [line for _title, group in groups for line in group]
        return self.render(
            "roles/matrix.html",
            view=self,
            heads=[(role, role_name(role), role in drift.changed) for role in there],
            groups=groups,
            offered=[line.name for line in lines if not line.locked],
            locked=any(line.locked for line in lines),
            editable=current_actor().everywhere("role.edit"),
            gone=[(role.name, _lost(ticks, role)) for role in drift.gone] if ticks else [],
            dirty=ticks is not None,
            error=refusal(error) if error else "",
            error_field=error.field if error else None,
        )
