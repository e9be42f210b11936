"""What is told of a seller's exit."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

KINDS = (
    Kind(
        "seller_left",
        _("Account"),
        _("Exit completed"),
        _("You have left KooGallery"),
        _("Nothing is open any more. What the deposit held goes back to you."),
        ("returned",),
        page="exit-detail",
    ),
    Kind(
        "exit_requested",
        _("Account"),
        _("Exit requested"),
        _("Your company asks to leave KooGallery"),
        _("An owner asked for it. You leave once nothing is open any more and Huawei agrees."),
        ("exit_request", "reason"),
        page="exit-detail",
        optional=frozenset({"reason"}),
    ),
    Kind(
        "exit_withdrawn",
        _("Account"),
        _("Exit request withdrawn"),
        _("Your company stays with KooGallery"),
        _("An owner withdrew the request to leave. Everything stays as it is."),
        ("exit_request",),
        page="exit-detail",
    ),
    Kind(
        "exit_refused",
        _("Account"),
        _("Exit request refused"),
        _("Your request to leave KooGallery was refused"),
        _("The reason is below. You can ask again once it is cleared up."),
        ("exit_request", "reason"),
        page="exit-detail",
    ),
)
