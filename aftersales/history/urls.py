"""Addresses of the history."""

from django.urls import path

from aftersales.history import views

urlpatterns = [
    path("wall/history", views.history, name="history"),
    path("wall/history/requests", views.behind, name="history_behind"),
    path("wall/history/<slug:panel>.csv", views.sheet, name="history_sheet"),
]
