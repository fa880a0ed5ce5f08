"""The home page of /admin: today's figures in the reader's cinemas."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from flask_login import current_user

from services import home
from views.base import ask_to_log_in, current_actor
from views.schedule import DOTS


class HomeView(AdminIndexView):
    """For everyone who is logged in; each figure only with the right to see what it counts."""

    def _handle_view(self, name: str, **_kwargs: Any) -> ResponseReturnValue | None:
        return None if current_user.is_authenticated else ask_to_log_in()

    @expose()
    def index(self) -> str:
        """Figures, what comes next, what needs attention."""
        return self.render("admin/home.html", today=home.today(current_actor()), dots=DOTS)
