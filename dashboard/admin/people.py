"""Staff and roles."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import Select, func, literal_column, select

from dashboard.admin import cells, why
from dashboard.admin.base import SafeModelView
from dashboard.admin.matrix import MatrixPages
from dashboard.admin.spec import Column
from dashboard.templating import fmt_instant
from models import Grant, Role, User, role_permission
from models.text import N_
from services import roles, second_factor, staff
from services.account_links import Handout
from views import mail
from views.account_links import terms
from views.base import commit, current_actor
from views.forms.base import RecordForm
from views.forms.people import RoleForm, UserForm, role_description, role_name

# Of a role's name, in the name of its copy.
NAME_KEPT = 180
# Who comes in, and what they may: a borrowed screen must not change it.
WRITING = frozenset({"create_view", "edit_view", "delete_view", "restore_view", "action_view", "revert_view"})
# The roles of each user in the list, one a line, as “key:name”.
_roles = (
    select(func.aggregate_strings(func.coalesce(Role.key, "") + ":" + Role.name, "\n"))
    .join(Grant, Grant.role_id == Role.id)
    .where(Grant.user_id == User.id)
    .scalar_subquery()
)


class UserView(SafeModelView):
    ACTIONS = {
        **SafeModelView.ACTIONS,
        "link_view": "edit",
        "second_factor_view": "edit",
        "why_view": "view",
    }

    noun, plural, icon = N_("Member of staff"), N_("Staff"), "people"
    service, form = staff, UserForm
    handlers = frozenset(ACTIONS)
    proven = WRITING | {"link_view", "second_factor_view"}
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
        return staff.invite(current_actor(), form.values(), terms())

    def created(self, record: Any) -> ResponseReturnValue:
        user, link = record
        return self._handed(user, link) if link else super().created(user)

    @expose("/link/", methods=("POST",))
    def link_view(self) -> ResponseReturnValue:
        """A new link to choose a password by; the one there was, and the account's log-ins, end."""
        user = self.find("edit")
        return self._handed(user, staff.hand_link(current_actor(), user, terms()))

    def _handed(self, user: User, link: Handout) -> ResponseReturnValue:
        """Mail the link or, where that cannot be, show it once: in this answer and nowhere else."""
        # First: a mail cannot be taken back, and a mail server that does not answer takes nothing away.
        commit()
        tried = mail.is_configured() and bool(link.email)
        if tried and mail.send(link):
            until = fmt_instant(link.expires_at)
            words = _(
                "A link was mailed to %(email)s. It holds until %(until)s.", email=link.email, until=until
            )
            flash(words, "success")
            return redirect(self.get_url(".details_view", id=user.id), code=303)
        address = mail.link_address(link)
        return self.render(
            "admin/link.html", view=self, record=user, link=link, address=address, failed=tried
        )

    @expose("/second-factor/", methods=("POST",))
    def second_factor_view(self) -> ResponseReturnValue:
        """Takes away a second factor that its owner has lost; the account's log-ins end."""
        user = self.find("edit")
        staff.drop_second_factor(current_actor(), user)
        flash(_("“%(name)s” logs in by the password alone now.", name=self.title(user)), "success")
        return redirect(self.get_url(".details_view", id=user.id), code=303)

    def extras(self, record: User) -> dict[str, Any]:
        words = _("Why can or can't they …?")
        return {
            "related": [(words, url_for("user.why_view", id=record.id), "user.view")],
            "may_hand_link": staff.may_hand_link(current_actor(), record),
            "two_step": second_factor.is_on(record.id),
        }

    @expose("/why/")
    def why_view(self) -> ResponseReturnValue:
        """Whether they may do something, and from which grant or for what lack."""
        user = self.find("view")
        pages = {page.resource: page for page in self.admin._views if isinstance(page, SafeModelView)}
        return self.render("admin/why.html", view=self, record=user, **why.context(user, pages))


class RoleView(MatrixPages, SafeModelView):
    ACTIONS = {**SafeModelView.ACTIONS, "copy_view": "create", **MatrixPages.MATRIX}

    noun, plural, icon = N_("Role"), N_("Roles"), "shield-check"
    service, form = roles, RoleForm
    handlers = frozenset(ACTIONS)
    proven: ClassVar[frozenset[str]] = WRITING | {"copy_view", "matrix_save"}
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
            (literal_column("coalesce(granted.grants, 0)").label("grants"),),
            cells.text("grants"),
            css="num",
        ),
    )
    search = (Role.name, Role.description)
    order = (Role.name,)

    def query(self) -> Select[Any]:
        """With `granted`: how often each role is granted to those whom the reader may see."""
        granted = roles.granted(current_actor()).subquery("granted")
        return super().query().outerjoin(granted, granted.c.role_id == Role.id)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(Role.name)

    def title(self, record: Role) -> str:
        return role_name(record)

    def tools(self) -> list[tuple[str, str, str]]:
        return [("grid-3x3-gap", _("Who may do what"), self.get_url(".matrix_view"))]

    def extras(self, record: Role) -> dict[str, Any]:
        looking = (
            _("See the product as this role sees it"),
            url_for("preview.choose", role=record.id),
            "role.preview",
        )
        matrix = (_("All roles and permissions in one table"), url_for("role.matrix_view"), "role.view")
        return {"related": [matrix, looking], "may_copy": roles.copyable(current_actor(), record)}

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
