"""What a list's page asks of saved views: the name, who sees it, whether it comes first."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koogallery import saved_views
from koogallery.kit.errors import DomainError
from koogallery.portal.themes import own_address


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60)
    seller = forms.CharField(max_length=60, required=False)
    default = forms.BooleanField(required=False)


class NewViewForm(ViewForm):
    page = forms.SlugField(max_length=60)
    query = forms.CharField(max_length=2000)


@require_POST
@login_required
def add_view(request: HttpRequest) -> HttpResponse:
    return _done(request, NewViewForm(request.POST), saved_views.save_view, _("The view is saved."))


@require_POST
@login_required
def change_view(request: HttpRequest, pk: int) -> HttpResponse:
    if "delete" in request.POST:
        form: forms.Form = forms.Form(request.POST)
        return _done(request, form, saved_views.delete_view, _("The view is deleted."), pk=pk)
    form = ViewForm(request.POST)
    return _done(request, form, saved_views.change_view, _("The view is changed."), pk=pk)


def _done(request: HttpRequest, form: forms.Form, act: Any, told: str, **row: int) -> HttpResponse:
    """Back to the list as it was."""
    back = redirect(own_address(request, request.POST.get("next", "")))
    if not form.is_valid():
        messages.error(request, _("A view has a name of at most 60 letters."))
        return back
    try:
        act(**row, **form.cleaned_data, actor=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, told)
    return back
