"""The operators' admin: how its pages read rows, and the foundation's own pages."""

from koogallery.admin import acts, approval_requests, exporting, people, records

__all__ = ["acts", "approval_requests", "exporting", "mails", "people", "records"]
