"""Start-up of the staff app."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
