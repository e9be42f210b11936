"""The look of the operators' admin."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": _("KooGallery settlement"),
    "SITE_HEADER": _("KooGallery settlement"),
    "SITE_SUBHEADER": _("Operators"),
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": reverse_lazy("language")},
    "SHOW_HISTORY": False,
    "ENVIRONMENT": "koogallery.admin.as_of.badge",
    "SIDEBAR": {"navigation": "koogallery.admin.navigation.navigation"},
    "STYLES": [lambda _: static("koogallery/admin.css")],
    "SCRIPTS": [
        lambda _: static("koogallery/answered.js"),
        lambda _: static("koogallery/cards.js"),
    ],
    "DASHBOARD_CALLBACK": "koogallery.dashboard.home",
    "COLORS": {
        "primary": {  # the console's red, from light to dark
            "50": "oklch(97.1% .013 17.38)",
            "100": "oklch(93.6% .032 17.717)",
            "200": "oklch(88.5% .062 18.334)",
            "300": "oklch(80.8% .114 19.571)",
            "400": "oklch(70.4% .191 22.216)",
            "500": "oklch(57.7% .245 27.325)",
            "600": "oklch(50.5% .213 27.518)",
            "700": "oklch(44.4% .177 26.899)",
            "800": "oklch(39.6% .141 25.723)",
            "900": "oklch(35% .11 25.5)",
            "950": "oklch(25.8% .092 26.042)",
        }
    },
    "SHOW_VIEW_ON_SITE": False,
    "ACCOUNT": {"navigation": "koogallery.admin.navigation.account_links"},
}
