"""Start-up of what pages and endpoints share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "aftersales.web"
    label = "web"
