"""Browsers that an account was signed in from before: each keeps a signed cookie that says so.

Addresses change by the hour and tell nobody's browser from another's; a browser without the cookie
is new, and its person is mailed.
"""

from django.conf import settings
from django.core.signing import BadSignature, loads
from django.core.signing import dumps as signed
from django.http import HttpRequest, HttpResponse

from koogallery.account_mail import mail_person
from koogallery.models import Act, User
from koogallery.portal.themes import ONE_YEAR

COOKIE = f"{settings.COOKIES}browser"
SALT = "koogallery.known_browsers"
MOST_ACCOUNTS = 20
BROWSER_LENGTH = 200


def note(request: HttpRequest, answer: HttpResponse, user: User) -> None:
    """After a sign-in, which is on record already; the first one ever is no news."""
    known = known_accounts(request)
    if user.pk not in known and Act.objects.filter(actor=user, verb="signed in")[1:].exists():
        mail_person(
            user, "new_browser", browser=request.headers.get("User-Agent", "")[:BROWSER_LENGTH]
        )
    accounts = [user.pk, *(each for each in known if each != user.pk)][:MOST_ACCOUNTS]
    answer.set_cookie(
        COOKIE,
        signed(accounts, salt=SALT),
        max_age=ONE_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def known_accounts(request: HttpRequest) -> list[int]:
    """That were signed in from this browser, the last one first."""
    try:
        accounts: list[int] = loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=ONE_YEAR)
    except BadSignature:
        return []
    return accounts
