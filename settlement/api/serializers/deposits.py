from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    DecimalTextField,
    FreeTextField,
    InstantField,
    NumberField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from sellers.models import Seller
from settlement.choices import MovementKind
from settlement.models import DepositMovement
from settlement.services.deposits import COUNTERPARTS

#: What an operator records; recoveries draw on a deposit by themselves (R5.3).
RECORDED = list(COUNTERPARTS)


class MovementInput(StrictSerializer):
    kind = WordField([(kind.value, kind.label) for kind in RECORDED])
    amount = DecimalTextField(
        rule="R6.1",
        help_text="Above 0, the kind gives the direction; signed for an adjustment.",
    )
    reference = TextField(max_length=100, help_text="Recorded once per kind.")
    reason = FreeTextField(
        default="",
        allow_blank=True,
        help_text="The seller reads it (R6.2); without one, the reference is the reason, but an "
        "adjustment has its own.",
    )


class MovementSerializer(serializers.Serializer[DepositMovement]):
    kind = WordField(MovementKind.choices)
    currency = TextField(source="seller.settlement_currency")
    amount = AmountField(currency="seller.settlement_currency", source="size")
    change = AmountField(currency="seller.settlement_currency", help_text="The signed amount.")
    balance_after = AmountField(currency="seller.settlement_currency")
    reference = TextField()
    reason = FreeTextField(help_text="Empty where a recovery drew: the reference names it.")
    at = InstantField()


class DepositSerializer(serializers.Serializer[Seller]):
    """A seller's deposit; a seller without one has a balance of 0."""

    seller = NumberField(source="number")
    currency = TextField(source="settlement_currency")
    balance = AmountField(currency="settlement_currency")
    required = AmountField(  # type: ignore[assignment]
        source="required_deposit", currency="settlement_currency"
    )
    below_required = serializers.BooleanField()
    open_receivables = AmountField(
        currency="settlement_currency", help_text="What a top-up pays first (R5.4)."
    )
    top_up_asked = AmountField(
        currency="settlement_currency",
        help_text="Below the required level: required + open receivables - balance (R6.2).",
    )


class DepositDetailSerializer(DepositSerializer):
    """With its latest movements, newest first; all of them are listed under `movements/`."""

    movements = MovementSerializer(many=True, source="latest_movements")
