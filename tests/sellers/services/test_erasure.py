"""A person is forgotten, what they did stays; traces are kept for a while only."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from koogallery import audit
from koogallery.approvals import done
from koogallery.models import AccessToken, Act, Notice, NoticeMail, User
from koogallery.models.tokens import TokenUse
from koogallery.traces import forget_traces
from sellers.choices import Role
from sellers.models import Seller
from sellers.services.members import invitations
from tests.callers import seller_caller
from tests.settlement.builders import make_member, make_seller
from tests.tables import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    found = make_seller()
    make_member(found, "olivia", Role.OWNER)
    return found


def mailed(to: str, days_ago: int = 0) -> NoticeMail:
    notice = Notice.objects.create(key=to, kind="member_changed", seller_number="S1", facts={})
    at = timezone.now() - timedelta(days=days_ago)
    return NoticeMail.objects.create(
        notice=notice, address=to, language="en", state="sent", sent_at=at
    )


def test_a_person_is_forgotten_and_what_they_did_stays(seller: Seller) -> None:
    noor = make_member(seller, "noor.haddad", Role.FINANCE)
    caller = seller_caller(noor, seller.number)
    assert caller.get("/me/").status == 200
    invitation = done(
        invitations.invite_member(
            seller.number, noor.email, "viewer", actor=User.objects.get(username="olivia")
        )
    )
    invitations.withdraw_invitation(invitation.number, actor=User.objects.get(username="olivia"))
    mailed(noor.email)
    audit.record(noor, "approved", "thing", "T-1")
    call_command("erase_person", "noor.haddad", stdout=io.StringIO())
    noor.refresh_from_db()
    assert (noor.username, noor.email, noor.is_active) == (f"erased-{noor.pk}", "", False)
    assert not noor.has_usable_password() and not noor.memberships.exists()
    assert caller.get("/me/").status == 401
    assert not AccessToken.objects.in_force().filter(user=noor).exists()
    assert not TokenUse.objects.filter(token__user=noor).exists()
    assert Act.objects.get(object_number="T-1").actor == noor
    assert Act.objects.latest("pk").verb == "erased"
    kept = [NoticeMail.objects.get().address, seller.invitations.get().email]
    assert kept == [f"erased-{noor.pk}@erased.invalid"] * 2


def test_the_last_owner_is_not_erased(seller: Seller) -> None:
    before = every_table()
    with pytest.raises(CommandError, match="without an owner"):
        call_command("erase_person", "olivia")
    with pytest.raises(CommandError, match="There is no user"):
        call_command("erase_person", "nobody")
    assert every_table() == before


def test_what_is_kept_is_handed_out(seller: Seller) -> None:
    olivia = User.objects.get(username="olivia")
    audit.record(olivia, "approved", "thing", "T-1")
    before, out = every_table(), io.StringIO()
    call_command("erase_person", "olivia", "--show", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["email"], told["memberships"]) == (
        olivia.email,
        [{"seller__number": seller.number, "role": "owner"}],
    )
    assert [act["object_number"] for act in told["acts"]] == ["T-1"]
    assert every_table() == before


def test_traces_are_forgotten_after_their_time(seller: Seller, settings: Any) -> None:
    settings.TRACES_DAYS = 30
    old, fresh = mailed("old@x.example", 31), mailed("fresh@x.example", 29)
    token, _ = AccessToken.objects.create(user=User.objects.get(username="olivia"), name="t")
    TokenUse.objects.create(token=token, at=timezone.now() - timedelta(days=31))
    over = Session.objects.create(
        session_key="x" * 32, session_data="", expire_date=timezone.now() - timedelta(seconds=1)
    )
    forget_traces()
    forget_traces()
    assert NoticeMail.objects.get(pk=old.pk).address == f"sent-{old.pk}@erased.invalid"
    assert NoticeMail.objects.get(pk=fresh.pk).address == "fresh@x.example"
    assert not TokenUse.objects.exists()
    assert not Session.objects.filter(pk=over.pk).exists()
