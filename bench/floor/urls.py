"""One endpoint as a tutorial would write it: ModelSerializer and five ORM inserts in a transaction."""

from datetime import timedelta

from django.db import transaction
from django.http import JsonResponse
from django.urls import path
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.floor.models import Event, Message, Ticket, Timer


class TicketSerializer(serializers.ModelSerializer):
    class Meta:
        model = Ticket
        fields = [
            "id",
            "subject",
            "body",
            "customer",
            "order",
            "priority",
            "status",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["status"]


class Create(APIView):
    def post(self, request):
        serializer = TicketSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            ticket = serializer.save()
            Event.objects.create(ticket=ticket, kind="ticket.open", data={"priority": ticket.priority})
            Message.objects.create(ticket=ticket, body=ticket.body)
            Timer.objects.create(ticket=ticket, kind="first_response", due_at=now() + timedelta(minutes=15))
            Timer.objects.create(ticket=ticket, kind="resolution", due_at=now() + timedelta(days=2))
        return Response(serializer.data, status=201)


urlpatterns = [
    path("livez", lambda request: JsonResponse({"status": "alive"})),
    path("tickets", Create.as_view()),
]
