"""The API's addresses below /api/v1 that surveys owns."""

from django.urls import path

from surveys.api import surveys

urlpatterns = [
    path("survey-responses", surveys.SurveyResponses.as_view(), name="api_survey_responses"),
    path(
        "tickets/<slug:number>/survey-invitations",
        surveys.SurveyInvitations.as_view(),
        name="api_survey_invitations",
    ),
]
