"""Settlement's addresses of the API."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
