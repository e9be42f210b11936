from django.apps import AppConfig


class KoogalleryConfig(AppConfig):
    name = "koogallery"
    verbose_name = "Foundation"
