"""A state's tone stands beside the state, and pages of both sides read it there."""

import pytest
from django.apps import apps

from koogallery.models.webhooks import EndpointState, WebhookEndpoint
from koogallery.states import StatefulModel
from koogallery.tones import Tone, tone_of
from settlement.choices import BillState, RefundState
from settlement.models import Refund

TONED = [model for model in apps.get_models() if hasattr(model, "STATES")]


@pytest.mark.parametrize("model", TONED, ids=lambda model: model.__name__)
def test_each_state_of_a_model_has_its_tone(model: type) -> None:
    declared = {state.value: state.label for state in model.STATES}  # type: ignore[attr-defined]
    columns = {field.name: field for field in model._meta.fields}  # type: ignore[attr-defined]
    assert "state" not in columns or dict(columns["state"].flatchoices) == declared
    assert {state.tone for state in model.STATES} > {Tone.SUCCESS} or model is Refund  # type: ignore[attr-defined]


def test_every_row_with_moves_says_its_states() -> None:
    moving = {model for model in apps.get_models() if issubclass(model, StatefulModel)}
    assert moving <= set(TONED)


def test_a_turn_warns_only_whose_it_is() -> None:
    asked = RefundState.SELLER_REVIEW.tone
    assert (asked.for_sellers, asked.for_operators) == (Tone.WARNING, Tone.INFO)
    decided = RefundState.OPERATOR_REVIEW.tone
    assert (decided.for_sellers, decided.for_operators) == (Tone.INFO, Tone.WARNING)
    assert BillState.PAID.tone.for_sellers is BillState.PAID.tone.for_operators is Tone.SUCCESS
    assert tone_of(Refund(state=RefundState.REJECTED)) is Tone.NEUTRAL


def test_a_failing_endpoint_is_told_apart() -> None:
    endpoint = WebhookEndpoint(state=EndpointState.ACTIVE)
    assert tone_of(endpoint) is Tone.SUCCESS
    endpoint.failing_since = "2026-02-01T00:00:00Z"
    assert tone_of(endpoint) is Tone.WARNING
