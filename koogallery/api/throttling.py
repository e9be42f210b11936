"""How many calls a token may make: the rest is asked to wait."""

import logging
import math
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from koogallery.models import AccessToken

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

SHORTEST_WAIT = 1.0  # seconds; a whole number of them is told


class TokenThrottle(SimpleRateThrottle):
    """API_RATE for each token, or for each user who is signed in with a browser."""

    cache = cache
    scope = "token"
    num_requests: int
    duration: int

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:  # noqa: ARG002
        if not request.user.is_authenticated:
            return None  # is refused anyway, or reads the description
        token = request.auth
        holder = token.digest if isinstance(token, AccessToken) else f"user-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": holder}

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Without Redis nobody is counted, and so nobody has to wait."""
        try:
            return super().allow_request(request, view)
        except RedisError as fault:
            logger.warning("Calls are not counted, Redis is away: %s", fault)
            return True

    def told(self) -> dict[str, str]:
        """The limit and what is left of it, as RateLimit headers; nothing where nobody counts."""
        history = getattr(self, "history", None)
        if history is None:
            return {}
        left = max(self.num_requests - len(history), 0)
        oldest = history[-1] if history else self.now
        anew = math.ceil(max(self.duration - (self.now - oldest), 0))
        policy = f'"{self.scope}";q={self.num_requests};w={self.duration}'
        return {"RateLimit-Policy": policy, "RateLimit": f'"{self.scope}";r={left};t={anew}'}

    def wait(self) -> float:
        return max(super().wait() or SHORTEST_WAIT, SHORTEST_WAIT)


class CostlyThrottle(TokenThrottle):
    """COSTLY_RATE of each user, whatever they call with: API and console count as one.

    For what closes months only to look at them, and for files that are read or written whole.
    """

    scope = "costly"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:  # noqa: ARG002
        if not request.user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": f"user-{request.user.pk}"}
