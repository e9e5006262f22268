"""Finds every app's parsers of versioned content at start-up."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class VersionsConfig(AppConfig):
    name = "aftersales.versions"

    def ready(self):
        autodiscover_modules("content")
