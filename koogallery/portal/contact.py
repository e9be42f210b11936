"""Where a seller asks about something: with its number and its page filled in."""

from urllib.parse import quote, urlencode

from django.conf import settings


def contact_address(number: str, page: str) -> str:
    """Of a ticket or a mail; empty where there is none, and people ask whom they know."""
    address = settings.SUPPORT_ADDRESS
    if not address or "://" in address:
        filled = {"{number}": number, "{page}": page}
        for place, value in filled.items():
            address = address.replace(place, quote(value, safe=""))
        return str(address)
    told = {"subject": f"KooGallery {number}", "body": f"{page}\n\n"}
    return f"mailto:{address}?{urlencode(told, safe='', quote_via=quote)}"
