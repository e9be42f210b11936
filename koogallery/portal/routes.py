from django.urls import URLPattern, path
from django.views import View


def page(route: str, view: type[View], name: str) -> URLPattern:
    """An address of the console, its view and the name that it has everywhere."""
    return path(route, view.as_view(), name=name)
