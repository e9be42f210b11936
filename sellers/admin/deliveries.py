"""What sellers' servers are told, and the instances they made: to read, to send again (R9.4)."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import (
    DecidingAdmin,
    Decision,
    by_verb,
    decision_of,
    opens_with,
    refused_by,
)
from koogallery.admin.reading import ReadOnlyAdmin
from koogallery.models import Act, User
from sellers.choices import InstanceStatus, MessageState
from sellers.models import DeliveryInterface, DeliveryMessage, Instance
from sellers.readings.deliveries import ReadAttempt, title_of, told_of
from sellers.services.delivery import resending


def _to_status(status: InstanceStatus, **said: Any) -> Decision:
    return decision_of(
        resending.set_instance_status,
        verb=status.lower(),
        act=partial(resending.set_instance_status, status=status),
        refusal=refused_by(lambda row, _: resending.require_status_open(row, status)),
        **said,
    )


@admin.register(DeliveryMessage)
class DeliveryMessageAdmin(DecidingAdmin):
    """Opens with the failed ones: what a seller or an operator has to look at."""

    decisions = by_verb(decision_of(resending.resend_message))
    list_display = [
        "number",
        "seller",
        "activity",
        "order",
        "state",
        "attempts_made",
        "why",
        "queued_at",
    ]
    list_filter = [opens_with(MessageState.FAILED), "seller", "activity", "is_test"]
    search_fields = ["number__exact", "order__number__startswith", "instance__instance_id__exact"]
    search_help_text = _("Number of a message or an order, or an instance's id")
    ordering = ["-pk"]

    @columns.shown(_("Result"))
    def why(self, row: DeliveryMessage) -> str:
        return Truncator(told_of(row.result_code, row.result)).chars(60)

    def page_context(self, row: DeliveryMessage, user: User) -> dict[str, Any]:
        return {
            "activity": title_of(row),
            "told": told_of(row.result_code, row.result),
            "attempts": [ReadAttempt(each) for each in row.attempts.order_by("-attempt_no")],
        }


@admin.register(Instance)
class InstanceAdmin(DecidingAdmin):
    decisions = by_verb(
        _to_status(
            InstanceStatus.FREEZE,
            label=_("Freeze"),
            question=_("Freeze this instance?"),
            done=_("The seller's server is told to freeze it."),
            is_final=True,
        ),
        _to_status(
            InstanceStatus.UNFREEZE,
            label=_("Unfreeze"),
            question=_("Unfreeze this instance?"),
            done=_("The seller's server is told to unfreeze it."),
        ),
    )
    list_display = [
        "instance_id",
        "seller",
        "product",
        "order",
        "state",
        "enabled_at",
        "released_at",
    ]
    list_filter = ["seller", "state"]
    search_fields = ["instance_id__exact", "order__number__startswith"]
    ordering = ["-pk"]

    def name_of(self, row: Instance) -> str:
        return row.order.number

    def page_context(self, row: Instance, user: User) -> dict[str, Any]:
        return {
            "told": messages_table(row.messages.order_by("-pk")),
            "acts": Act.objects.of("instance", row.order.number),
        }


@admin.register(DeliveryInterface)
class DeliveryInterfaceAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "seller", "is_on", "verified_at", "key_version"]
    list_filter = ["seller", "is_on"]
    search_fields = ["product__number__exact", "url"]
    fields = [
        "product",
        "seller",
        "url",
        "proposed_url",
        "is_on",
        "verified_at",
        "key_version",
        "modified_at",
    ]


def messages_table(rows: QuerySet[DeliveryMessage]) -> SafeString:
    """What was told, for the page of an order or an instance."""
    return columns.table(
        [
            gettext("Message"),
            gettext("Told"),
            gettext("State"),
            gettext("Attempts"),
            gettext("Result"),
            gettext("Queued"),
        ],
        [
            (
                columns.page_of(row),
                title_of(row),
                row.get_state_display(),
                row.attempts_made,
                told_of(row.result_code, row.result),
                row.queued_at,
            )
            for row in rows
        ],
        empty=gettext("The seller's server has been told nothing of it."),
    )
