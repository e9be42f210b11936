"""The operators' admin: how its pages read rows, and the foundation's own pages."""

from koogallery.admin import acts, mails, people, records

__all__ = ["acts", "mails", "people", "records"]
