"""Addresses of the customer's survey page and of the results."""

from django.urls import path

from surveys import views

urlpatterns = [
    path("s/<str:token>", views.survey, name="survey"),
    path("surveys", views.survey_results, name="survey_results"),
]
