"""Start-up of the surveys app: what it adds to the registries is found by name."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"
