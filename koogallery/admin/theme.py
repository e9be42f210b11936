"""Texts of the pages that django-unfold draws: it knows no language but English."""

from koogallery.kit.language import marked, marked_number

TEXTS = (
    marked("Apply Filters"),
    marked("By %(filter_title)s"),
    marked(" By %(filter_title)s "),
    marked("Choose file to upload"),
    marked("Click to download"),
    marked("Expand row"),
    marked("Filters"),
    marked("General"),
    marked("Go back"),
    marked("More actions"),
    marked("No data"),
    marked("Reset filters"),
    marked("Return to site"),
    marked("Select action"),
    marked("Select action to run"),
    marked("Select all rows"),
    marked("Select record"),
    marked("Select value"),
    marked("Toggle password visibility"),
    marked("Type to search"),
    marked("Welcome back to"),
    marked("You have been successfully logged out from the administration"),
)
#: Told better than by Django's own catalogue, and with the digits that the portal writes.
TIMES = (
    marked_number("%(num)d month", "%(num)d months"),
    marked_number("%(num)d day", "%(num)d days"),
)
#: Django's does not say how a number is written, and readers write it in many ways.
NUMBER = marked("Enter a number.")
