"""What serializers share: unknown names are refused, never dropped; text is text and numbers are numbers."""

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from aftersales.money import exponent


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know: a typo must not be lost in silence."""

    def to_internal_value(self, data):
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise ValidationError(
                {
                    name: [ErrorDetail(_("Unknown field “%(name)s”.") % {"name": name}, code="unknown_field")]
                    for name in sorted(unknown)
                }
            )
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text only: a number or a truth value is a mistake in the caller, not a text."""

    def __init__(self, **options):
        options.setdefault("allow_blank", not options.get("required", False))
        options.setdefault("trim_whitespace", False)
        super().__init__(**options)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            raise ValidationError(_("This must be text."), code="invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number that PostgreSQL can keep; "1", 1.0 and true are not one."""

    def __init__(self, **options):
        options.setdefault("max_value", 2**53 - 1)
        options.setdefault("min_value", 0)
        super().__init__(**options)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int):
            raise ValidationError(_("This must be a whole number."), code="invalid")
        return super().to_internal_value(data)


class Quantity(Whole):
    def __init__(self, **options):
        super().__init__(**{"min_value": 1, "max_value": 1_000_000, **options})


class Currency(serializers.CharField):
    """An ISO 4217 code."""

    def __init__(self, **options):
        super().__init__(min_length=3, max_length=3, **options)

    def to_internal_value(self, data):
        code = super().to_internal_value(data)
        try:
            exponent(code)
        except Exception as error:
            raise ValidationError(
                _("%(code)s is not an ISO 4217 currency.") % {"code": code}, code="invalid"
            ) from error
        return code


class Metadata(serializers.DictField):
    """Whatever the shop wants to keep with it, up to 16 kB."""

    def to_internal_value(self, data):
        value = super().to_internal_value(data)
        if len(str(value)) > 16_384:
            raise ValidationError(_("metadata holds at most 16 kB."), code="max_length")
        return value
