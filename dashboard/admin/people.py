"""Staff and roles."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Select, func, select

from dashboard.admin import cells
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column
from models import Grant, Role, User, role_permission
from models.text import N_
from services import roles, staff
from views.auth import hashing
from views.base import current_actor
from views.forms.base import RecordForm
from views.forms.people import RoleForm, UserForm, role_name

# The roles of each user in the list, one a line, as “key:name”.
_roles = (
    select(func.aggregate_strings(func.coalesce(Role.key, "") + ":" + Role.name, "\n"))
    .join(Grant, Grant.role_id == Role.id)
    .where(Grant.user_id == User.id)
    .scalar_subquery()
)


class UserView(SafeModelView):
    ACTIONS = {**SafeModelView.ACTIONS, "password_view": "edit"}

    noun, plural, icon = N_("Member of staff"), N_("Staff"), "people"
    service, form = staff, UserForm
    handlers = frozenset(ACTIONS)
    columns = (
        Column(
            "display_name",
            N_("Display name"),
            (User.display_name, User.email),
            cells.link("user", "display_name", "email"),
            (User.display_name,),
            "cell-main",
        ),
        Column("name", N_("Log-in name"), (User.name,), cells.text("name"), (User.name,)),
        Column("roles", N_("Roles"), (_roles.label("roles"),), cells.roles),
        Column(
            "active",
            N_("May log in"),
            (User.active,),
            cells.yes("active", N_("Yes"), N_("No")),
            (User.active,),
        ),
    )
    search = (User.display_name, User.name, User.email)
    search_hint = N_("Name, e-mail")
    order = (User.display_name,)

    @property
    def path(self) -> str:
        return "staff"

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(User.display_name, User.id)

    def create(self, form: RecordForm) -> Any:
        user, password = staff.create(current_actor(), form.values(), hashing())
        return user, password

    def created(self, record: Any) -> ResponseReturnValue:
        """The generated password is shown here once, in this answer and nowhere else."""
        user, password = record
        return self.render("admin/password.html", view=self, record=user, password=password)

    @expose("/password/", methods=("POST",))
    def password_view(self) -> ResponseReturnValue:
        """A new generated password, shown once; the account's log-ins end."""
        user = self.find("edit")
        password = staff.reset_password(current_actor(), user, hashing())
        return self.render("admin/password.html", view=self, record=user, password=password)


class RoleView(SafeModelView):
    noun, plural, icon = N_("Role"), N_("Roles"), "shield-check"
    service, form = roles, RoleForm
    columns = (
        Column(
            "name", N_("Role"), (Role.name, Role.key, Role.description), cells.role, (Role.name,), "cell-main"
        ),
        Column(
            "permissions",
            N_("Permissions"),
            (
                select(func.count())
                .where(role_permission.c.role_id == Role.id)
                .scalar_subquery()
                .label("permissions"),
            ),
            cells.text("permissions"),
            css="num",
        ),
        Column(
            "grants",
            N_("Grants"),
            (
                select(func.count())
                .select_from(Grant)
                .where(Grant.role_id == Role.id)
                .scalar_subquery()
                .label("grants"),
            ),
            cells.text("grants"),
            css="num",
        ),
    )
    search = (Role.name, Role.description)
    order = (Role.name,)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(Role.name)

    def title(self, record: Role) -> str:
        return role_name(record)
