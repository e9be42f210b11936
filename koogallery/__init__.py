"""The project and the foundation that both business apps stand on."""

from koogallery.celery import app as celery_app

__all__ = ["celery_app"]
