from typing import Any

from django.views.generic.base import TemplateView

from settlement.portal.rules import CHAPTERS


class RulesPage(TemplateView):
    """The settlement rules in words, for everybody: a figure's rule leads to its place here."""

    template_name = "settlement/rules.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(chapters=CHAPTERS, **kwargs)
