"""Uploading, removing and serving posters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from models import Film, Poster, db
from models.text import N_
from services import access, posters, records
from services.errors import Invalid, ServiceError, TooLarge
from services.storage import Storage
from views.base import PUBLIC, DashboardView, current_actor
from views.forms.posters import PosterForm
from views.language import refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

blueprint = Blueprint("posters", __name__)
YEAR = 365 * 24 * 3600
# What a multipart form puts around the file.
WRAPPING = 64 * 1024


class Sha256(BaseConverter):
    """A hash as we write it: 64 small hexadecimal digits."""

    regex = "[0-9a-f]{64}"


@blueprint.record_once
def _know_hashes(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["sha256"] = Sha256


@blueprint.url_value_preprocessor
def _let_posters_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Here and not in before_request: the protection against forgery runs there first and reads the form.
    if endpoint == "posters.upload":
        request.max_content_length = current_app.config["POSTER_MAX_BYTES"] + WRAPPING


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    limit = f"{current_app.config['POSTER_MAX_BYTES'] / 1048576:.4g}"
    refusal = TooLarge(N_("A poster may have %(limit)s MB at most."), "poster", limit=limit)
    return current_app.handle_user_exception(refusal)


def store() -> Storage:
    """The installation's posters on disk."""
    return Storage(Path(current_app.config["UPLOADED_POSTERS_DEST"]))


def limits() -> posters.Limits:
    """The installation's limits for uploads."""
    config = current_app.config
    return posters.Limits(config["POSTER_MAX_BYTES"], config["POSTER_MAX_PIXELS"])


def _film(film_id: int) -> Film:
    return access.get(current_actor(), "film.view", Film, film_id)


def _film_page(film_id: int) -> str:
    page = "film.edit_view" if current_actor().can("film.edit") else "film.details_view"
    return url_for(page, id=film_id)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


class UploadView(DashboardView):
    """Takes a picture as the film's poster: from the page's form, or from upload.js, which asks for JSON."""

    permissions: ClassVar = {"post": "poster.upload"}
    writes_late = True

    def post(self, film_id: int) -> ResponseReturnValue:
        _film(film_id)
        form = PosterForm(CombinedMultiDict([request.files, request.form]))
        try:
            poster = self._replace(form, film_id)
        except ServiceError as error:
            if _wants_json():
                raise
            return self._refused(form, film_id, error)
        flash(_("The poster was uploaded."), "success")
        return self._done(film_id, poster)

    def _replace(self, form: PosterForm, film_id: int) -> Poster:
        if not form.validate():
            raise Invalid(N_("Choose a picture first."), "poster")
        file = form.poster.data
        picture = posters.prepare(file.stream, file.filename, limits())
        # Only now: while a picture is decoded others may write.
        records.begin_writing()
        return posters.keep(current_actor(), _film(film_id), picture, store())

    def _done(self, film_id: int, poster: Poster) -> ResponseReturnValue:
        if not _wants_json():
            return redirect(_film_page(film_id), code=303)
        full, thumb = (
            url_for("posters.show", sha256=poster.sha256, variant=variant) for variant in ("full", "thumb")
        )
        body = {"url": full, "thumb": thumb, "width": poster.width, "height": poster.height}
        return jsonify(body | {"location": _film_page(film_id)}), 201

    def _refused(self, form: PosterForm, film_id: int, error: ServiceError) -> ResponseReturnValue:
        db.session.rollback()
        text = refusal(error)
        form.poster.errors = [text]
        page = render_template(
            "posters/refused.html", form=form, film=_film(film_id), back=_film_page(film_id)
        )
        return page, error.status


class DeleteView(DashboardView):
    """Removes a film's poster."""

    permissions: ClassVar = {"post": "poster.delete"}

    def post(self, film_id: int) -> ResponseReturnValue:
        posters.remove(current_actor(), _film(film_id), store())
        flash(_("The poster was removed."), "success")
        return redirect(_film_page(film_id), code=303)


class PictureResponse(Response):
    """The same for everybody, so caches must not tell readers apart.

    Flask-Login looks into the session at the end of each request, and Flask then says Vary: Cookie.
    """

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers.pop("Vary", None)
        return headers


class ShowView(DashboardView):
    """Serves a picture. Posters of films that are not in the trash are public: the log-in page shows them."""

    permissions: ClassVar = {"get": PUBLIC}

    def get(self, sha256: str, variant: str) -> ResponseReturnValue:
        path = store().path(posters.file_name(sha256, variant))
        if not posters.visible(sha256) or not path.is_file():
            abort(404)
        return self._picture(path)

    def _picture(self, path: Path) -> ResponseReturnValue:
        response = PictureResponse.force_type(
            send_file(path, "image/webp", conditional=True, etag=path.stem, max_age=YEAR)
        )
        # The address names the content, so it never changes.
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


blueprint.add_url_rule("/films/<int(max=2147483647):film_id>/poster", view_func=UploadView.as_view("upload"))
blueprint.add_url_rule(
    "/films/<int(max=2147483647):film_id>/poster/delete", view_func=DeleteView.as_view("delete")
)
blueprint.add_url_rule(
    f"/posters/<sha256:sha256>/<any({', '.join(posters.VARIANTS)}):variant>.webp",
    view_func=ShowView.as_view("show"),
)
