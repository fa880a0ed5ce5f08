"""Setting back an entry of a record's history: the page that asks, and the answer to its form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from dashboard.admin import history
from dashboard.admin.history import Change
from dashboard.admin.spec import number
from models import AuditEntry, db
from models.text import N_
from services import history as reverting
from services.errors import Conflict, Invalid, NotFound, ServiceError
from services.history import Field, Plan
from views.base import current_actor, typed_reason
from views.language import refusal

NOTHING = N_("Nothing of this entry can be set back.")


def answer(view: Any, record: Any) -> ResponseReturnValue:
    """The page, or after a POST the way back to the history; the page again, with the reason, if it was refused."""
    plan = reverting.plan(current_actor(), _asked(record), record)
    message, status = "", 200
    if request.method == "POST":
        try:
            if not plan.possible:
                raise Conflict(NOTHING)
            reverting.apply(current_actor(), plan, request.form.get("version", ""), typed_reason())
        except ServiceError as error:
            # What is not about the record (a missing right) is a page of its own.
            if error.field is None and not isinstance(error, Conflict | Invalid):
                raise
            message, status = refusal(error), error.status
        else:
            flash(_("Reverted."), "success")
            return redirect(view.get_url(".history_view", id=record.id), code=303)
    page = view.render(
        "admin/revert.html", view=view, record=record, message=message, **_context(plan, record)
    )
    return page, status


def _asked(record: Any) -> Any:
    """The entry of ?entry=, of this record, that can be set back. Raises NotFound."""
    try:
        asked = number(request.values.get("entry", ""))
    except ValueError as error:
        raise NotFound(N_("There is no such record.")) from error
    entry = db.session.execute(history.entries(record).where(AuditEntry.id == asked)).one_or_none()
    if entry is None or not reverting.revertible(entry.resource, entry.action, entry.changes):
        raise NotFound(N_("There is no such record."))
    return entry


def _context(plan: Plan, record: Any) -> dict[str, Any]:
    zone = history.zone_of(record)
    (told,) = history.told([plan.entry], zone)
    # All that the fields may refer to is named by one statement.
    referred = [{field.name: [field.made, field.now, field.will]} for field in plan.fields]
    names = history.names_in([plan.entry.changes, *referred])

    def said(field: Field) -> Change:
        shown = history.change(plan.entry.resource, field.name, [field.now, field.will], names, zone)
        if not field.moved:
            return shown
        made = history.change(plan.entry.resource, field.name, [None, field.made], names, zone).after
        words = _("Changed since: this entry had made it “%(value)s”.", value=made)
        return replace(shown, note=words if made else _("Changed since: this entry had emptied it."))

    return {
        "plan": plan,
        "told": told,
        "stamp": reverting.stamp(record),
        "typed": typed_reason(),
        "changes": [said(field) for field in plan.fields if not field.left],
        "left": [(history.label(plan.entry.resource, f.name), _(f.left)) for f in plan.fields if f.left],
        "nothing": _(NOTHING),
    }
