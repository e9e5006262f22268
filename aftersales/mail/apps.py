"""Registers mail's due rows at start-up."""

from django.apps import AppConfig
from django.utils.module_loading import import_module


class MailConfig(AppConfig):
    name = "aftersales.mail"

    def ready(self):
        import_module("aftersales.mail.sending")
