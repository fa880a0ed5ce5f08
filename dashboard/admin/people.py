"""Staff and roles."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import aliased

from dashboard.admin import cells, why
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column
from models import Grant, Role, User, role_permission
from models.text import N_
from services import access, roles, staff
from views.auth import hashing
from views.base import current_actor
from views.forms.base import RecordForm
from views.forms.people import RoleForm, UserForm, role_description, role_name

# Of a role's name, in the name of its copy.
NAME_KEPT = 180
# The roles of each user in the list, one a line, as “key:name”.
_roles = (
    select(func.aggregate_strings(func.coalesce(Role.key, "") + ":" + Role.name, "\n"))
    .join(Grant, Grant.role_id == Role.id)
    .where(Grant.user_id == User.id)
    .scalar_subquery()
)


class UserView(SafeModelView):
    ACTIONS = {**SafeModelView.ACTIONS, "password_view": "edit", "why_view": "view"}
    proven: ClassVar[frozenset[str]] = frozenset({"revert_view"})

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

    def extras(self, record: User) -> dict[str, Any]:
        words = _("Why can or can't they …?")
        return {"related": [(words, url_for("user.why_view", id=record.id), "user.view")]}

    @expose("/why/")
    def why_view(self) -> ResponseReturnValue:
        """Whether they may do something, and from which grant or for what lack."""
        user = self.find("view")
        pages = {page.resource: page for page in self.admin._views if isinstance(page, SafeModelView)}
        return self.render("admin/why.html", view=self, record=user, **why.context(user, pages))


class RoleView(SafeModelView):
    ACTIONS = {**SafeModelView.ACTIONS, "copy_view": "create"}
    proven: ClassVar[frozenset[str]] = frozenset({"revert_view"})

    noun, plural, icon = N_("Role"), N_("Roles"), "shield-check"
    service, form = roles, RoleForm
    handlers = frozenset(ACTIONS)
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
            (literal_column("coalesce(granted.number, 0)").label("grants"),),
            cells.text("grants"),
            css="num",
        ),
    )
    search = (Role.name, Role.description)
    order = (Role.name,)

    def query(self) -> Select[Any]:
        """With `granted`: how often each role is granted to those whom the reader may see. Roles belong to the whole
        chain, who holds them does not."""
        # By another name: what is allowed on users looks at their grants itself.
        held = aliased(Grant)
        granted = (
            select(held.role_id, func.count().label("number"))
            .join(User, User.id == held.user_id)
            .where(access.allowed(current_actor(), "user.view", User))
            .group_by(held.role_id)
            .subquery("granted")
        )
        return super().query().outerjoin(granted, granted.c.role_id == Role.id)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(Role.name)

    def title(self, record: Role) -> str:
        return role_name(record)

    def extras(self, record: Role) -> dict[str, Any]:
        return {"related": [], "may_copy": roles.copyable(current_actor(), record)}

    @expose("/copy/", methods=("POST",))
    def copy_view(self) -> ResponseReturnValue:
        """A new role that opens the same, to be changed at once."""
        role = self.find("create")
        made = roles.copy(
            current_actor(), role, roles.untaken(_copies(role_name(role))), role_description(role)
        )
        flash(_("“%(name)s” was added.", name=made.name), "success")
        page = ".edit_view" if self.may("edit", made) else ".details_view"
        return redirect(
            self.get_url(page, id=made.id, url=self.get_url(".details_view", id=made.id)), code=303
        )


def _copies(name: str) -> list[str]:
    """Names for copies of a role, the next for when those before are taken; short enough to be kept."""
    name = name[:NAME_KEPT]
    numbered = (_("%(name)s (copy %(number)s)", name=name, number=number) for number in range(2, 100))
    return [_("%(name)s (copy)", name=name), *numbered]
