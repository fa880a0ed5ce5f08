"""SafeModelView: the one Flask-Admin view all others derive from.

Stock Flask-Admin is open to everybody, shows every column, looks records up without scope, loads whole tables into
selects and shows database errors as they are (guide/stack.md §4). Here every handler names its permission, every
record comes through services.access, every write through a service, every list from services.listing.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import abort, current_app, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select

from dashboard.admin import history, revert
from dashboard.admin.display import shown
from dashboard.admin.lists import ListPage
from dashboard.admin.spec import Column, Filter
from models import db
from models.text import N_
from services import access, listing
from services.errors import Conflict, Invalid, NotFound, ServiceError
from services.permissions import PERMISSIONS
from views import proof
from views.base import commit, current_actor, gate, own_path, tell_reason
from views.forms.base import RecordForm
from views.language import labelled, refusal

LOOKUP_MAX = 50


class SafeModelView(ModelView):
    """A noun's record keeping, declared by a subclass in a few lines."""

    # Handler -> action of the permission it needs, or a permission of another noun; a handler
    # that is not named here cannot be reached.
    ACTIONS: ClassVar[dict[str, str]] = {
        "index_view": "view",
        "details_view": "view",
        "history_view": "audit.view",
        "ajax_lookup": "view",
        "action_view": "view",
        "create_view": "create",
        "edit_view": "edit",
        "confirm_delete_view": "delete",
        "delete_view": "delete",
        "restore_view": "edit",
        "revert_view": "edit",
    }
    # Handler -> permission that it needs besides.
    ALSO: ClassVar[dict[str, str]] = {"revert_view": "audit.view"}

    noun: str
    plural: str
    icon: str = "film"
    service: Any = None
    form: Any = None
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[Any, ...] = ()
    search_hint: str = N_("Search")
    order: tuple[Any, ...] = ()
    handlers: frozenset[str] = frozenset(ACTIONS)
    # Handlers whose unsafe requests need a password given lately (views.proof).
    proven: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, model: type[Any]) -> None:
        self.resource = model.__tablename__.removesuffix("_entry")
        self.trashable = hasattr(model, "deleted_at")
        super().__init__(model, db, name=self.plural, endpoint=self.resource, url=self.path)

    @property
    def path(self) -> str:
        """The part of the address below /admin/."""
        return self.resource

    def _refresh_cache(self) -> None:
        """Flask-Admin would work out columns, filters and forms of its own; ours are declared."""
        self._list_columns: list[Any] = []
        self._form_ajax_refs: dict[str, Any] = {}
        if unknown := self.proven - self.handlers:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))} to be proven")
        for handler, action in [*self.ACTIONS.items(), *self.ALSO.items()]:
            if handler in self.handlers and (permission := self.permission(action)) not in PERMISSIONS:
                raise TypeError(f"{type(self).__name__}.{handler} needs the unknown permission {permission}")

    def create_blueprint(self, admin: Any) -> Any:
        """Only the handlers that this noun has get an address."""
        kept = self.handlers if self.trashable else self.handlers - {"restore_view"}
        rules: list[Any] = getattr(self, "_urls")  # noqa: B009 - set by Flask-Admin's metaclass
        setattr(self, "_urls", [rule for rule in rules if rule[1] in kept])  # noqa: B010 - the same
        return super().create_blueprint(admin)

    # -- the way in ---------------------------------------------------------------------------------------------

    def _handle_view(self, name: str, **_kwargs: Any) -> ResponseReturnValue | None:
        if (elsewhere := gate()) is not None:
            return elsewhere
        permission = self.permission(self.ACTIONS[name])
        for needed in filter(None, (permission, self.ALSO.get(name))):
            current_actor().require(needed)
        if name == "create_view" and not self.may("create"):
            current_actor().require(permission, self.model())
        if name in self.proven:
            proof.require()
        return None

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        response = fn(self, *args, **kwargs)
        commit()
        return response

    def permission(self, action: str) -> str:
        """The name of this noun's permission for an action."""
        return action if "." in action else f"{self.resource}.{action}"

    def find(self, action: str, typed: str | None = None) -> Any:
        """The record of `?id=` (or of `typed`), if the reader may do that to it. Raises NotFound, Forbidden."""
        typed = request.values.get("id", "") if typed is None else typed
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise NotFound(N_("There is no such record."))
        return access.get(current_actor(), self.permission(action), self.model, int(typed))

    def may(self, action: str, record: Any = None) -> bool:
        """Whether the reader may do that to a record (or None: to any)."""
        handler_known = any(a == action and h in self.handlers for h, a in self.ACTIONS.items())
        if action == "create":
            return handler_known and current_actor().can_create(self.model)
        return handler_known and current_actor().can(self.permission(action), record)

    def back(self) -> str:
        """Where to go when done: the own path given as `url`, else the list."""
        return own_path(request.values.get("url"), self.get_url(".index_view"))

    # -- lists --------------------------------------------------------------------------------------------------

    def query(self) -> Select[Any]:
        """The select of the list, without columns: FROM and joins. Override to join."""
        return select().select_from(self.model)

    def bounded(self, query: Select[Any]) -> tuple[Select[Any], str]:
        """The part of what is listed that a search looks through, and what to tell the reader of it; all by default."""
        return query, ""

    def owner(self) -> Any:
        """The column with the cinema that a row belongs to, None for what belongs to the chain."""
        return None

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """The list."""
        return self.render("admin/list.html", view=self, **ListPage(self).context())

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> ResponseReturnValue:
        """Records that match what was typed, as [[id, text], …]; at most 50."""
        typed, limit = request.args.get("query", ""), min(request.args.get("limit", 20, type=int), LOOKUP_MAX)
        offset = max(0, min(request.args.get("offset", 0, type=int), listing.OFFSET_MAX))
        query = select(self.model).where(listing.matching(self.lookup_columns(), typed))
        if self.trashable:
            query = query.where(self.model.deleted_at.is_(None))
        query = access.scope(query, current_actor(), self.permission("view"), self.model)
        found = db.session.scalars(self.lookup_order(query).limit(max(1, limit)).offset(offset))
        return jsonify([[record.id, self.lookup_text(record)] for record in found.unique()])

    def lookup_columns(self) -> tuple[Any, ...]:
        """What a look-up searches; the list's own search by default."""
        return self.search

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        """The order of what is looked up."""
        return query.order_by(self.model.id)

    def lookup_text(self, record: Any) -> str:
        """How a record is called in a look-up."""
        return self.title(record)

    def title(self, record: Any) -> str:
        """How a record is called, in the reader's language."""
        return str(record)

    def tools(self) -> list[tuple[str, str, str]]:
        """Further ways on from the list, as (icon, words, address)."""
        return []

    # -- records ------------------------------------------------------------------------------------------------

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """One record, to read."""
        record = self.find("view")
        cards = shown(self.form.of(record)) if self.form else []
        return self.render("admin/details.html", view=self, record=record, cards=cards, **self.extras(record))

    @expose("/history/")
    def history_view(self) -> ResponseReturnValue:
        """What happened to one record, newest first."""
        record = self.find("view")
        current_actor().require("audit.view", record)
        told = {**history.context(record), "may_revert": self.may("edit", record)}
        return self.render("admin/history.html", view=self, record=record, **told)

    @expose("/revert/", methods=("GET", "POST"))
    def revert_view(self) -> ResponseReturnValue:
        """Sets back what an entry of the record's history changed; asks first."""
        record = self.find("edit")
        current_actor().require("audit.view", record)
        return revert.answer(self, record)

    def extras(self, record: Any) -> dict[str, Any]:
        """More for the pages of one record: `related` links [(label, url)], and what a noun's own template needs."""
        return {"related": []}

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        """A new record."""
        form = self.form(request.form if request.method == "POST" else None, data=self.defaults())
        return self._written(form, None) or self._form_page(form, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        """Changing a record."""
        record = self.find("edit")
        form = self.form.of(record, request.form if request.method == "POST" else None)
        return self._written(form, record) or self._form_page(form, record)

    def defaults(self) -> dict[str, Any]:
        """What a new record's form starts with."""
        return {}

    def _written(self, form: RecordForm, record: Any) -> ResponseReturnValue | None:
        """The answer to a form that was sent and taken; None if it has to be shown (again)."""
        if request.method != "POST" or not form.validate():
            return None
        try:
            if record is None:
                return self.created(self.create(form))
            form.require_fresh(record)
            tell_reason()
            self.update(form, record)
        except ServiceError as error:
            # What is not about the form's content (a missing right) is a page of its own.
            if error.field is None and not isinstance(error, Conflict | Invalid):
                raise
            form.refuse(error)
            return None
        flash(_("Saved."), "success")
        return redirect(self.back(), code=303)

    def create(self, form: RecordForm) -> Any:
        """Add the record by its service. Raises as the service."""
        return self.service.create(current_actor(), form.values())

    def update(self, form: RecordForm, record: Any) -> Any:
        """Change the record by its service. Raises as the service."""
        return self.service.update(current_actor(), record, form.values())

    def created(self, record: Any) -> ResponseReturnValue:
        """The answer after a record was added."""
        flash(_("“%(name)s” was added.", name=self.title(record)), "success")
        if "add_another" in request.form:
            return redirect(self.get_url(".create_view", url=request.values.get("url")), code=303)
        return redirect(self.get_url(".details_view", id=record.id), code=303)

    def _form_page(self, form: RecordForm, record: Any) -> ResponseReturnValue:
        status = form.refused_with if request.method == "POST" else 200
        extras = self.extras(record) if record is not None else {"related": []}
        return self.render(
            "admin/form.html", view=self, form=form, record=record, back=self.back(), **extras
        ), status

    # -- deleting and restoring ---------------------------------------------------------------------------------

    @expose("/delete/")
    def confirm_delete_view(self) -> ResponseReturnValue:
        """Asks first, and says what else goes."""
        record = self.find("delete")
        rows = self.service.consequences(record)
        return self.render("admin/delete.html", view=self, record=record, consequences=rows, back=self.back())

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> ResponseReturnValue:
        """Deletes, or moves to the trash."""
        record = self.find("delete")
        name = self.title(record)
        tell_reason()
        self.service.delete(current_actor(), record)
        text = (
            _("“%(name)s” is in the trash.", name=name)
            if self.trashable
            else _("“%(name)s” was deleted.", name=name)
        )
        flash(text, "success")
        return redirect(self.back(), code=303)

    @expose("/restore/", methods=("POST",))
    def restore_view(self) -> ResponseReturnValue:
        """Takes a record out of the trash."""
        record = self.find("edit")
        self.service.restore(current_actor(), record)
        flash(_("“%(name)s” was restored.", name=self.title(record)), "success")
        return redirect(self.back(), code=303)

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        """Deletes or restores the ticked rows, each judged by itself, and reports what was refused."""
        action = {"delete": "delete", "restore": "restore"}.get(request.form.get("action", ""))
        if action is None or (action == "restore" and not self.trashable):
            abort(400)
        done, refused = 0, []
        for typed in list(dict.fromkeys(request.form.getlist("rowid")))[: current_app.config["PAGE_SIZE"]]:
            try:
                with db.session.begin_nested():
                    record = self.find("edit" if action == "restore" else "delete", typed)
                    getattr(self.service, action)(current_actor(), record)
                done += 1
            except ServiceError as error:
                refused.append(labelled(_named(self.model, typed), refusal(error)))
        if done:
            flash(ngettext("%(num)s record done.", "%(num)s records done.", done), "success")
        for text in refused[:5]:
            flash(text, "error")
        return redirect(self.back(), code=303)


def _named(model: type[Any], typed: str) -> str:
    record = db.session.get(model, int(typed)) if typed.isdigit() and len(typed) < 10 else None
    visible = record is not None and current_actor().can(f"{model.__tablename__}.view", record)
    return str(record) if visible else f"#{typed[:10]}"
