"""The page of a bill run, or of a preview, while workers go through it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from koogallery.admin.deciding import DecidingAdmin
from koogallery.admin.reading import may
from koogallery.duties import Duty
from settlement.admin.standing import standing_of


class BatchedAdmin(DecidingAdmin):
    def has_asking_permission(self, request: HttpRequest) -> bool:
        return may(request, Duty.RUN_BILLS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.progress_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_progress"
        return [path("<int:pk>/progress/", view, name=name), *super().get_urls()]

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that moves; the whole page once it has ended."""
        row = self._row(request, pk)
        standing = standing_of(row)
        context = {"row": row, "opts": self.opts, "standing": standing}
        answer = TemplateResponse(request, "admin/settlement/progress.html", context)
        if not standing.is_moving:
            answer["HX-Refresh"] = "true"
        return answer
