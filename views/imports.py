"""Imports by upload: look first, then take over."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from models.text import N_
from services import imports
from services.errors import Forbidden, ServiceError
from services.imports import Note
from views.base import SIGNED_IN, DashboardView, current_actor, let_in
from views.forms.imports import ImportForm
from views.language import labelled, say

blueprint = Blueprint("imports", __name__)
let_in(blueprint, "imports.page", "IMPORT_MAX_BYTES")


def words(note: Note) -> str:
    """A note in the reader's language."""
    text = say(note.msgid, note.params)
    return labelled(_(note.label), text) if note.field else text


class ImportView(DashboardView):
    """The page with the form, and with the report under it."""

    permissions: ClassVar = {"get": SIGNED_IN, "post": SIGNED_IN}
    any_of: ClassVar = tuple(imports.PERMISSIONS.values())

    def get(self) -> ResponseReturnValue:
        self._require()
        return self._page(ImportForm())

    def post(self) -> ResponseReturnValue:
        self._require()
        form = ImportForm(CombinedMultiDict([request.files, request.form]))
        if not form.validate():
            return self._page(form, status=422)
        file = form.file.data
        try:
            report = imports.run(
                current_actor(),
                form.kind.data or None,
                file.stream,
                file.filename,
                dry_run=form.dry_run.data,
                overwrite=form.overwrite.data,
            )
        except Forbidden:
            raise
        except ServiceError as error:
            error.field = error.field if error.field in form else "file"
            form.refuse(error)
            return self._page(form, status=error.status)
        return self._page(form, report)

    def _require(self) -> None:
        """Any of the imports is enough to see the page; each file is judged by what it holds."""
        if not any(current_actor().everywhere(permission) for permission in self.any_of):
            raise Forbidden(N_("Importing needs the right to import for all cinemas."))

    def _page(self, form: ImportForm, report: Any = None, status: int = 200) -> ResponseReturnValue:
        return render_template("imports/page.html", form=form, report=report, words=words), status


blueprint.add_url_rule("/imports", view_func=ImportView.as_view("page"))
