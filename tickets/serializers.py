"""The shapes of orders and tickets in the API: what is taken, checked, and what is shown."""

from datetime import UTC
from functools import cache

from rest_framework import serializers

from aftersales.web.shapes import Currency, Metadata, Quantity, StrictSerializer, Text, Whole
from tickets.models import Channel, Resolution


class Moment(serializers.DateTimeField):
    """An RFC 3339 time, kept in UTC; of years from which days and months can be counted on and back."""

    def __init__(self, **options):
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value):
        moment = super().to_internal_value(value)
        if not 1900 <= moment.year < 2200:
            self.fail("overflow")
        return moment


class CustomerIn(StrictSerializer):
    external_id = Text(required=True, max_length=120)
    name = Text(required=False, max_length=120)
    phone = Text(required=False, max_length=40)
    email = Text(required=False, max_length=254)
    locale = Text(required=False, max_length=10)
    level = Text(required=False, max_length=40)


class AddressIn(StrictSerializer):
    name = Text(required=False, max_length=120)
    phone = Text(required=False, max_length=40)
    country = Text(required=False, max_length=2)
    province = Text(required=False, max_length=100)
    city = Text(required=False, max_length=100)
    district = Text(required=False, max_length=100)
    street = Text(required=False, max_length=300)
    postcode = Text(required=False, max_length=20)


class OrderLineIn(StrictSerializer):
    external_id = Text(required=True, max_length=120)
    sku = Text(required=True, max_length=100)
    title = Text(required=False, default="", max_length=300)
    product_class = Text(required=False, default="generic", max_length=60)
    quantity = Quantity()
    unit_price_minor = Whole()
    paid_minor = Whole()
    tax_minor = Whole(required=False, default=0)
    warranty_months = Whole(required=False, default=0, max_value=1200)
    serials = serializers.ListField(child=Text(max_length=100), required=False, default=list, max_length=1000)


class PaymentIn(StrictSerializer):
    external_id = Text(required=True, max_length=120)
    method = Text(required=False, default="", max_length=40)
    captured_minor = Whole()
    paid_at = Moment(required=False, allow_null=True, default=None)


class DeliveredLineIn(StrictSerializer):
    line = Text(required=True, max_length=120)
    quantity = Quantity()


class DeliveryIn(StrictSerializer):
    carrier = Text(required=False, default="", max_length=40)
    waybill = Text(required=False, default="", max_length=60)
    shipped_at = Moment(required=False, allow_null=True, default=None)
    delivered_at = Moment(required=False, allow_null=True, default=None)
    lines = DeliveredLineIn(many=True, required=False, default=list)


class InvoiceIn(StrictSerializer):
    number = Text(required=False, max_length=60)
    kind = serializers.ChoiceField(["vat_special", "vat_normal", "consumer", "none"], required=False)
    form = serializers.ChoiceField(["paper", "electronic", "digital"], required=False)
    issued_at = Moment(required=False, allow_null=True)
    amount_minor = Whole(required=False)
    tax_minor = Whole(required=False)


class OrderIn(StrictSerializer):
    """The body of PUT /orders/{external_id}."""

    number = Text(required=True, max_length=120)
    placed_at = Moment()
    currency = Currency()
    status = Text(required=False, default="paid", max_length=30)
    customer = CustomerIn(required=False, allow_null=True, default=None)
    shipping_address = AddressIn(required=False, default=dict)
    lines = OrderLineIn(many=True, allow_empty=False, max_length=2000)
    payments = PaymentIn(many=True, required=False, default=list, max_length=200)
    shipping_minor = Whole(required=False, default=0)
    discount_minor = Whole(required=False, default=0)
    promised_ship_at = Moment(required=False, allow_null=True, default=None)
    deliveries = DeliveryIn(many=True, required=False, default=list)
    invoice = InvoiceIn(required=False, default=dict)
    metadata = Metadata(required=False, default=dict)

    def validate_lines(self, lines):
        codes = [line["external_id"] for line in lines]
        if len(set(codes)) != len(codes):
            raise serializers.ValidationError("Two lines share an external_id.", code="duplicate")
        return lines


class BatchOrderIn(OrderIn):
    """One order of POST /orders/batch: the same body with its external id inside."""

    external_id = Text(required=True, max_length=120)


class TicketLineIn(StrictSerializer):
    order_line = Text(required=True, max_length=120)
    quantity = Quantity()
    reason = Text(required=False, max_length=60)
    description = Text(required=False, default="", max_length=5000)
    serials = serializers.ListField(child=Text(max_length=100), required=False, default=list, max_length=100)


class ContactIn(StrictSerializer):
    phone = Text(required=False, default="", max_length=40)
    email = Text(required=False, default="", max_length=254)
    locale = Text(required=False, default="", max_length=10)


class TicketIn(StrictSerializer):
    """The body of POST /tickets."""

    external_id = Text(required=False, default="", max_length=120)
    order = Text(required=False, default="", max_length=120)
    channel = serializers.ChoiceField(Channel.choices, required=False, default="api")
    category = Text(required=False, default="", max_length=60)
    requested_resolution = serializers.ChoiceField(
        Resolution.choices, required=False, default=None, allow_null=True
    )
    subject = Text(required=False, default="", max_length=200)
    message = Text(required=False, default="", max_length=20000)
    lines = TicketLineIn(many=True, required=False, default=list, max_length=200)
    contact = ContactIn(required=False, default=dict)
    metadata = Metadata(required=False, default=dict)


class MessageIn(StrictSerializer):
    """The body of POST /tickets/{number}/messages."""

    author = serializers.ChoiceField(["customer", "shop"])
    body = Text(required=True, max_length=20000)
    visibility = serializers.ChoiceField(["public", "internal"], required=False, default="public")


class ArticleIn(StrictSerializer):
    """The body of POST /articles; what questions and an answer have to be is the action's to say."""

    category = Text(required=True, max_length=60)
    questions = serializers.JSONField()
    answer = serializers.JSONField()


class SuggestionIn(StrictSerializer):
    """The body of POST /suggestions."""

    text = Text(required=True, max_length=20000)
    product_class = Text(required=False, max_length=60)  # of the goods it is about


class ProductIn(StrictSerializer):
    """The body of PUT /products/{sku}: only what is given changes."""

    title = Text(required=False, max_length=300)
    product_class = Text(required=False, max_length=60)
    brand = Text(required=False, max_length=100)
    cost_minor = Whole(required=False, allow_null=True)
    currency = Currency(required=False)
    weight_g = Whole(required=False, allow_null=True, max_value=2**31 - 1)
    warranty_months = Whole(required=False, allow_null=True, max_value=1200)
    accessories = serializers.ListField(child=Text(max_length=100), required=False, max_length=100)


class StockIn(StrictSerializer):
    """The body of PUT /stock/{sku}."""

    quantity = Whole(max_value=2**31 - 1)


def read(serializer_class, body):
    """The checked values of a body, or DRF's ValidationError."""
    try:
        return checker(serializer_class).run_validation(body)
    except serializers.ValidationError:
        serializer = serializer_class(data=body)  # a fresh one, for sentences in this caller's language
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


@cache
def checker(serializer_class):
    """One serializer of a kind for all bodies: making its fields costs more than checking by them."""
    return serializer_class()


def read_order(body):
    return read(OrderIn, body)


def read_ticket(body):
    return read(TicketIn, body)
