"""The tables. Nothing here knows about the layers above."""

from models.account_link import AccountLink, LinkPurpose
from models.audit import AuditEntry
from models.base import db
from models.cinema import Cinema, CinemaExternalId
from models.city import City
from models.distributor import Distributor
from models.film import Film, FilmExternalId, Format, Precision, Rating
from models.hall import Hall
from models.login import Login, LoginAttempt
from models.poster import Poster
from models.role import Grant, Permission, Role, role_permission
from models.screening import Screening, ScreeningStatus
from models.second_factor import RecoveryCode, SecondFactor
from models.user import User

__all__ = [
    "AccountLink",
    "AuditEntry",
    "Cinema",
    "CinemaExternalId",
    "City",
    "Distributor",
    "Film",
    "FilmExternalId",
    "Format",
    "Grant",
    "Hall",
    "LinkPurpose",
    "Login",
    "LoginAttempt",
    "Permission",
    "Poster",
    "Precision",
    "Rating",
    "RecoveryCode",
    "Role",
    "Screening",
    "ScreeningStatus",
    "SecondFactor",
    "User",
    "db",
    "role_permission",
]
