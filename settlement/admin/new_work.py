"""The page on which an operator asks for a run or a preview: a form, then one service."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from koogallery.admin.reading import operator_of
from koogallery.kit.errors import DomainError
from koogallery.models import User


def ask_for(
    page: ModelAdmin,
    request: HttpRequest,
    form_class: type[forms.Form],
    ask: Callable[[Mapping[str, Any], User], Any],
    **told: str,
) -> HttpResponse:
    """Show the form, or do what it asks for and go to the page of what came of it."""
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row = ask(form.cleaned_data, operator_of(request))
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
        else:
            return redirect(f"admin:settlement_{page.opts.model_name}_change", row.pk)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "media": page.media,
        "title": told["question"],
        "form": form,
        **told,
    }
    return TemplateResponse(request, "admin/ask.html", context)
