from typing import Any

from django.conf import settings
from django.http import HttpRequest

from koogallery.exports import parquet
from koogallery.languages import Language
from koogallery.portal import shortcuts
from koogallery.portal.navigation import NAVIGATION
from koogallery.portal.themes import Theme, chosen_theme


def console(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page needs. No query: the pages count theirs."""
    return {
        "navigation": NAVIGATION,
        "settlement_time_zone": settings.SETTLEMENT_TIME_ZONE,
        "shortcuts": shortcuts.are_on(request),
        "theme": chosen_theme(request),
        "themes": Theme,
        "languages": Language,
        "writes_parquet": parquet.is_installed(),
    }
