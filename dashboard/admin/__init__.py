"""The Flask-Admin site: the ordered list of its pages."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from dashboard.admin.audit import AuditView
from dashboard.admin.films import FilmView
from dashboard.admin.home import HomeView
from dashboard.admin.houses import CinemaView, HallView
from dashboard.admin.people import RoleView, UserView
from dashboard.admin.places import CityView, DistributorView
from dashboard.admin.screenings import ScreeningView
from dashboard.security import csp_nonce
from models import AuditEntry, Cinema, City, Distributor, Film, Hall, Role, Screening, User

PAGES = (
    (FilmView, Film),
    (ScreeningView, Screening),
    (DistributorView, Distributor),
    (CinemaView, Cinema),
    (HallView, Hall),
    (CityView, City),
    (UserView, User),
    (RoleView, Role),
    (AuditView, AuditEntry),
)


def init_admin(app: Flask) -> Admin:
    """Build the site. Its templates are ours (Bootstrap 5.3), so Flask-Admin's theme only names the base."""
    home = HomeView(name="Home", url="/admin", endpoint="admin")
    # Flask-Admin would serve its own Bootstrap 4 files from here; no page of ours asks for them.
    home.static_folder = None
    admin = Admin(
        app,
        name="Marquee",
        index_view=home,
        theme=Bootstrap4Theme(base_template="base.html"),
        csp_nonce_generator=csp_nonce,
    )
    for view, model in PAGES:
        admin.add_view(view(model))
    return admin
