"""What the portal answers is for whoever asked: kept by no cache, given no device of the reader.

Static files are answered before, and are everybody's. What says itself how it may be kept stays so.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

CACHING = "private, no-store"

#: Nothing here asks for a camera, a place or a payment of the browser.
DEVICES = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
PERMISSIONS = ", ".join(f"{device}=()" for device in DEVICES)

View = Callable[[HttpRequest], HttpResponseBase]


def keep_private(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        answer.headers.setdefault("Cache-Control", CACHING)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return answer

    return middleware
