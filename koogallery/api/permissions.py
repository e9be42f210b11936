"""Who may act. Which rows somebody sees is not decided here, but by `visible_to`."""

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from koogallery.duties import Duty, require_duty
from koogallery.models import AccessToken, User

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet


class MayAct(BasePermission):
    """Everyone signed in reads what they see; acts are the operators' unless opened to sellers.

    Of an operator each act takes its duty (koogallery.duties).

    First of all, a row that the caller does not see is unknown to them: 404, never 403 or 400.
    """

    message = "This is for operators only."

    def has_permission(self, request: Request, view: "ScopedViewSet") -> bool:  # type: ignore[override]
        if not view.action or request.method == "OPTIONS":
            return True  # a method that nobody may call, or the question which ones there are
        allowed = _may_act(request, view)
        if not allowed or request.method not in SAFE_METHODS:
            view.require_visible()
        if isinstance(request.user, User) and request.user.is_operator:
            require_duty(request.user, _duty_of(request, view))
        return allowed


def _duty_of(request: Request, view: "ScopedViewSet") -> Duty:
    """Every act names its duty; what is merely read is for every operator, unless it does too."""
    if view.action not in view.duties and request.method not in SAFE_METHODS:
        raise ImproperlyConfigured(f"{type(view).__name__}.duties does not name {view.action}.")
    return view.duties.get(view.action) or Duty.VIEW


def _may_act(request: Request, view: "ScopedViewSet") -> bool:
    user, token = request.user, request.auth
    if not isinstance(user, User):
        return False
    if user.is_operator:
        return True
    if view.action in view.for_operators:
        return False
    if request.method in SAFE_METHODS:
        return True
    if view.action in view.open_to_readers:
        return True
    return view.action in view.open_to_sellers and _may_write(token)


def _may_write(token: object) -> bool:
    """A session may do what its user's role allows; a token only if it was given for writing."""
    return not isinstance(token, AccessToken) or token.may_write
