"""The API's addresses below /api/v1 that staff owns."""

from django.urls import path

from staff.api import account

urlpatterns = [path("me", account.MeView.as_view(), name="api_me")]
