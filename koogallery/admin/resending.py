"""The one button by which an operator sends again what was not taken: a mail, a webhook."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from koogallery.admin.deciding import Decision
from koogallery.duties import Duty
from koogallery.models import User


def resend(
    act: Callable[..., Any], question: str, refusal: Callable[[Any, User], str], done: str
) -> Mapping[str, Decision]:
    return {
        "resend": Decision(
            verb="resend",
            duty=Duty.MANAGE_NOTICES,
            label="Send again",
            question=question,
            form=forms.Form,
            act=act,
            refusal=refusal,
            done=done,
        )
    }
