"""Addresses of surveys: the customer's page, the results, and what a shop's system calls."""

from django.urls import path

from surveys import api, views

urlpatterns = [
    path("s/<str:token>", views.survey, name="survey"),
    path("surveys", views.survey_results, name="survey_results"),
]

api_urlpatterns = [
    path("survey-responses", api.SurveyResponses.as_view(), name="api_survey_responses"),
    path(
        "tickets/<slug:number>/survey-invitations",
        api.SurveyInvitations.as_view(),
        name="api_survey_invitations",
    ),
]
