"""Addresses of sent mail."""

from django.urls import path

from aftersales.mail import views

urlpatterns = [
    path("mail", views.sent_mail, name="sent_mail"),
    path("mail/<int:pk>", views.one_mail, name="mail"),
    path("mail/<int:pk>/retry", views.retry, name="retry_mail"),
]
