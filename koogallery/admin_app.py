"""Django's admin with the operators' site in it."""

from django.contrib.admin.apps import AdminConfig


class OperatorSiteConfig(AdminConfig):
    default_site = "koogallery.admin_site.OperatorSite"
