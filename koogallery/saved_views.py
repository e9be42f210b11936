"""Views of lists that people save: changed and deleted by their owners, seen by whom they say.

One saved under a name that is taken replaces what was there.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, NotFound, Violation, refuse
from koogallery.models import SavedView, User

KIND = "saved view"
#: Of one person, of one list.
MOST = 30


@as_refusals()
@transaction.atomic
def save_view(
    page: str, name: str, query: str, *, seller: str = "", default: bool = False, actor: User
) -> SavedView:
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two at once count in turn
    own = SavedView.objects.filter(owner=actor, page=page)
    if own.exclude(name=name).count() >= MOST:
        raise Conflict(
            _("You have %(number)s views of this list; delete one first.") % {"number": MOST},
            code="too_many_views",
        )
    view = own.filter(name=name).first() or SavedView(owner=actor, page=page, name=name)
    view.query = query
    _set(view, seller, default=default, actor=actor)
    audit.record(actor, "saved", KIND, name, seller=seller, page=page, query=query)
    return view


@as_refusals()
@transaction.atomic
def change_view(
    pk: int, name: str, *, seller: str = "", default: bool = False, actor: User
) -> None:
    view = _own(pk, actor)
    told = audit.differences(
        name=(view.name, name),
        seller_number=(view.seller_number, seller),
        is_default=(view.is_default, default),
    )
    view.name = name
    _set(view, seller, default=default, actor=actor)
    audit.record(actor, "changed", KIND, name, seller=seller, changes=told, page=view.page)


@transaction.atomic
def delete_view(pk: int, *, actor: User) -> None:
    view = _own(pk, actor)
    view.delete()
    audit.record(actor, "removed", KIND, view.name, seller=view.seller_number, page=view.page)


def _own(pk: int, actor: User) -> SavedView:
    view = SavedView.objects.filter(owner=actor, pk=pk).first()
    if view is None:
        raise NotFound(_("You have no such view."))
    return view


def _set(view: SavedView, seller: str, *, default: bool, actor: User) -> None:
    if seller and not actor.memberships.filter(seller__number=seller).exists():
        refuse([Violation("seller", "not_a_member", _("Share it with a seller of yours."))])
    if default:
        SavedView.objects.filter(owner=actor, page=view.page).update(is_default=False)
    view.seller_number, view.is_default = seller, default
    view.save()
