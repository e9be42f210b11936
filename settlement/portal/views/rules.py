from typing import Any

from django.views.generic.base import TemplateView

from settlement.portal.glossary import GROUPS


class RulesPage(TemplateView):
    """The settlement rules in words, for everybody: a figure's rule leads to its place here."""

    template_name = "settlement/rules.html"


class GlossaryPage(TemplateView):
    """The words of settlement, for everybody: texts that explain lead to them."""

    template_name = "settlement/glossary.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(groups=GROUPS, **kwargs)
