"""Start-up of the returns app: what it adds to the registries is found by name."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"
