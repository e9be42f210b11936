from django.urls import path

from koogallery.portal.attachments import download
from koogallery.portal.languages import choose_language
from koogallery.portal.themes import choose_theme
from koogallery.portal.views import home

urlpatterns = [
    path("", home, name="home"),
    path("attachments/<str:number>/", download, name="attachment"),
    path("theme/", choose_theme, name="theme"),
    path("language/", choose_language, name="language"),
]
