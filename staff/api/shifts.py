"""/people/{username}/shift: when a person works, and until when they are away."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from aftersales.clock import now
from aftersales.web.api import ApiView
from aftersales.web.shapes import StrictSerializer
from staff.actions import set_shift
from staff.api.account import person as person_asking
from staff.models import Shift
from staff.queries import people_of
from staff.shifts import Shifts


class ShiftIn(StrictSerializer):
    """The body of PUT: what is left out is empty."""

    calendar = serializers.CharField(max_length=60, allow_blank=True, required=False, default="")
    away_until = serializers.DateTimeField(allow_null=True, required=False, default=None)


class ShiftView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="shift_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request, username):
        return Response(shift_shape(of(request, username)))

    @extend_schema(operation_id="shift_set", request=ShiftIn, responses={200: OpenApiTypes.OBJECT})
    def put(self, request, username):
        """By the person, and by those who lead all of their shops and are of no lower rank."""
        person, checked = of(request, username), ShiftIn(data=request.data)
        checked.is_valid(raise_exception=True)
        set_shift(person, by=request.user, **checked.validated_data)
        return Response(shift_shape(person))


def of(request, username):
    return get_object_or_404(people_of(person_asking(request)), username=username)


def shift_shape(person):
    shift, at = Shift.objects.filter(user=person).first(), now()
    return {
        "username": person.username,
        "calendar": shift.calendar if shift else "",
        "away_until": shift.away_until if shift else None,
        "standing": Shifts(person.shop_ids(), [person.pk]).standing(person.pk, at),
    }
