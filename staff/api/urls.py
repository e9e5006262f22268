"""The API's addresses below /api/v1 that staff owns."""

from django.urls import path

from staff.api import account, shifts

urlpatterns = [
    path("me", account.MeView.as_view(), name="api_me"),
    path("people/<str:username>/shift", shifts.ShiftView.as_view(), name="api_shift"),
]
