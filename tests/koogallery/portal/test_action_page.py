"""A page that asks before it acts, tried on renaming a seller."""

from typing import ClassVar

import pytest
from django import forms
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory

from koogallery.kit.errors import Conflict
from koogallery.models import User
from koogallery.portal.views import ActionPage
from sellers.models import Seller
from tests.settlement.builders import make_member, make_seller

pytestmark = pytest.mark.django_db


class RenameForm(forms.Form):
    company_name = forms.CharField()


class Rename(ActionPage):
    queryset = Seller.objects.all()
    form_class = RenameForm
    question: ClassVar[str] = "Rename the company?"
    consequence: ClassVar[str] = "The new name is on every later bill."
    verb: ClassVar[str] = "Rename"
    done: ClassVar[str] = "Renamed."

    def act(self, form: forms.Form) -> None:
        if self.object.required_deposit:
            raise Conflict("The deposit has not been returned yet.", rule="R6.3")
        self.object.company_name = form.cleaned_data["company_name"]
        self.object.save()


def submit(seller: Seller, user: User, company_name: str = "Contoso") -> HttpResponse:
    request = RequestFactory().post("/", {"company_name": company_name})
    request.user = user
    request.session = {}  # type: ignore[assignment]  # messages need no more of one
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    answer = Rename.as_view()(request, number=seller.number)
    assert isinstance(answer, HttpResponse)
    return answer.render() if isinstance(answer, TemplateResponse) else answer


@pytest.fixture
def seller(monkeypatch: pytest.MonkeyPatch) -> Seller:
    monkeypatch.setattr(Seller, "get_absolute_url", lambda _: "/", raising=False)
    return make_seller()


def test_it_acts_once_confirmed(seller: Seller) -> None:
    answer = submit(seller, make_member(seller, "lina"))

    assert (answer.status_code, answer["Location"]) == (302, "/")
    seller.refresh_from_db()
    assert seller.company_name == "Contoso"


def test_a_refusal_is_shown_on_the_form_and_changes_nothing(seller: Seller) -> None:
    Seller.objects.filter(pk=seller.pk).update(required_deposit=1)
    answer = submit(seller, make_member(seller, "lina"))

    assert answer.status_code == 200
    assert "The deposit has not been returned yet." in answer.text
    assert Seller.objects.get(pk=seller.pk).company_name == "Contoso Cloud"


def test_a_missing_answer_is_told_beside_its_field(seller: Seller) -> None:
    answer = submit(seller, make_member(seller, "lina"), company_name="")

    assert "This field is required." in answer.text
    assert Seller.objects.get(pk=seller.pk).company_name == "Contoso Cloud"


def test_a_stranger_finds_nothing_to_act_on(seller: Seller) -> None:
    with pytest.raises(Http404):
        submit(seller, make_member(make_seller(), "stranger"))
