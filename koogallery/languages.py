"""Which language a request is answered in (ADR 0015).

Pages speak as their user chose: the account first, then this browser's cookie, then what the
browser asks for. The API speaks English unless `Accept-Language` asks otherwise, so that programs
see today what they saw yesterday.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import TextChoices
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: A text that is marked for translation: said in the language of whoever reads it.
Text: TypeAlias = "str | _StrPromise"

View = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
#: English as its field names are.
API_DOCUMENTATION = ("/api/v1/schema/", "/api/v1/docs/")


class Language(TextChoices):
    """Each named in itself, so that whoever reads only that one finds it."""

    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"


def speak(get_response: View) -> View:
    """Middleware, to stand below authentication: it asks for the user's choice."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        language = request.LANGUAGE_CODE = language_of(request)
        with translation.override(language):
            response = get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _spoken(response.streaming_content, language)
        response.headers.setdefault("Content-Language", str(language))
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return respond


def language_of(request: HttpRequest) -> str:
    if request.path.startswith(API_DOCUMENTATION):
        return Language.ENGLISH
    if request.path.startswith(API):
        return _asked_for(request)
    return (
        _known(getattr(request.user, "language", "") or _of_who_signs_in(request))
        or _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        or _asked_for(request)
    )


def _of_who_signs_in(request: HttpRequest) -> str:
    """Of whose password was right, and whose second factor is still asked for."""
    pending = request.session.get(LOGIN_SESSION_KEY)
    if not isinstance(pending, dict):
        return ""
    users = get_user_model().objects.filter(pk=url_str_to_user_pk(pending["user_pk"]))
    return users.values_list("language", flat=True).first() or ""


def language_of_account(chosen: str) -> str:
    """The language that somebody is written to in who is not at a browser just now."""
    return _known(chosen) or Language.ENGLISH


def _known(language: str) -> str:
    return language if language in Language.values else ""


def _asked_for(request: HttpRequest) -> str:
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return Language.ENGLISH


def _spoken(pieces: Any, language: str) -> Iterator[bytes]:
    """A file is written while it is sent, when the request has already been answered."""
    waiting = iter(pieces)
    while True:
        with translation.override(language):
            piece = next(waiting, None)
        if piece is None:
            return
        yield piece
