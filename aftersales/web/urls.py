"""Addresses of what every page shares: language, theme, the page of components."""

from django.urls import path
from django.views.i18n import set_language

from aftersales.web import look
from aftersales.web.design import design

urlpatterns = [
    path("look/language", set_language, name="set_language"),
    path("look/theme", look.set_theme, name="theme"),
    path("design", design, name="design"),
]
