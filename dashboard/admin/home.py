"""The home page of /admin: today's figures in the reader's cinemas."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose

from services import home
from views.base import current_actor, gate
from views.schedule import DOTS


class HomeView(AdminIndexView):
    """For everyone who is logged in; each figure only with the right to see what it counts."""

    def _handle_view(self, name: str, **_kwargs: Any) -> ResponseReturnValue | None:
        return gate()

    @expose()
    def index(self) -> str:
        """Figures, what comes next, what needs attention."""
        return self.render("admin/home.html", today=home.today(current_actor()), dots=DOTS)
