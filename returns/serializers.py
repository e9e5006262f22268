"""The bodies of the API that no verb's form describes."""

from rest_framework import serializers

from aftersales.web.shapes import Quantity, StrictSerializer, Text
from tickets.models import Resolution


class EligibilityLineIn(StrictSerializer):
    order_line = Text(required=True, max_length=120)
    quantity = Quantity(required=False, default=1)
    reason = Text(required=False, default="", max_length=60)


class EligibilityIn(StrictSerializer):
    """The body of POST /eligibility; `reason` holds for every line that names none."""

    order = Text(required=True, max_length=120)
    lines = EligibilityLineIn(many=True, allow_empty=False, max_length=200)
    reason = Text(required=False, default="", max_length=60)
    requested_resolution = serializers.ChoiceField(Resolution.choices)
