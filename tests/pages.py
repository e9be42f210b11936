"""Who may open each page of the console, as its view declares it."""

from koogallery.acts import Who
from koogallery.urls import console

#: URL name -> who may.
PAGES: dict[str, Who] = {
    str(page.name): page.callback.view_class.who  # type: ignore[attr-defined]
    for page in console
}
