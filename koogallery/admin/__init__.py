"""The operators' admin: how its pages read rows, and the foundation's own pages."""

from koogallery.admin import acts, exporting, mails, people, records

__all__ = ["acts", "exporting", "mails", "people", "records"]
