"""The page on which an operator asks for something new: a form, then one service."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import action

from koogallery.admin.reading import GovernedAdmin, operator_of
from koogallery.kit.errors import DomainError
from koogallery.kit.seen import Seen
from koogallery.languages import Text
from koogallery.models import User

#: What follows is put below the form, in which a chosen file stays chosen.
_IN_PLACE = {
    "hx-encoding": "multipart/form-data",
    "hx-select": "#follows",
    "hx-target": "#follows",
    "hx-swap": "outerHTML",
}


def new_work(
    form_class: Callable[..., forms.Form],
    ask: Callable[[Mapping[str, Any], User], Any],
    *,
    description: Text,
    url_path: str,
    done: Text = "",
    foresee: Callable[[Mapping[str, Any], User], Seen | None] | None = None,
    only_warns: bool = False,
    **told: Text,
) -> Any:
    """An action of a list, for whom its `asking` duty lets: a form, then what it asks for is done.

    One comes to the page of what came of it. With `foresee` it is shown first what follows, and
    done if exactly that was shown; at once where it `only_warns` and has nothing to warn of.
    """

    @action(  # type: ignore[untyped-decorator]
        description=description, permissions=["asking"], url_path=url_path
    )
    def ask_for(page: GovernedAdmin, request: HttpRequest) -> HttpResponse:
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = form_class(*sent)
        actor, foreseen = operator_of(request), None
        try:
            if foresee and form.is_valid():
                foreseen = foresee(form.cleaned_data, actor)
            is_seen = not foreseen or request.POST.get("seen") == foreseen.digest
            if form.is_valid() and is_seen:
                row = ask(form.cleaned_data, actor)
                if done:
                    page.message_user(request, done, messages.SUCCESS)
                return redirect(page.page_address(row))
        except DomainError as refusal:
            refuse_in(form, refusal)
        return page.framed(
            request,
            "admin/ask.html",
            title=told["question"],
            form=form,
            foreseen=foreseen,
            is_to_be_foreseen=not (foresee is None or foreseen or only_warns),
            in_place={"hx-post": request.get_full_path(), **_IN_PLACE},
            **told,
        )

    return ask_for


def refuse_in(form: forms.Form, refusal: DomainError) -> None:
    """Everything that was wrong, each at the field that it is about."""
    for each in refusal.violations:
        field = each.field.partition(".")[0]
        form.add_error(field if field in form.fields else None, each.detail)
