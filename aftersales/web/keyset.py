"""Pages of a list by key, never by offset: the hundredth page costs what the first does."""

import base64
import binascii
import json
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Func, Value
from django.utils.translation import gettext as _

from aftersales.errors import BadRequest
from aftersales.storable import is_storable

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
COUNT_CAP = 1000


class RowAfter(Func):
    """`(a, b) > (x, y)` as one row comparison, which an index on (a, b) serves at any depth."""

    output_field = BooleanField()

    def __init__(self, fields, values, descending):
        super().__init__(*[F(name) for name in fields], *[Value(value) for value in values])
        self.descending = descending

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for expression in self.source_expressions:
            sql, bound = compiler.compile(expression)
            parts.append(sql)
            params.extend(bound)
        half = len(parts) // 2
        sign = "<" if self.descending else ">"
        return f"({', '.join(parts[:half])}) {sign} ({', '.join(parts[half:])})", params


class Keyset:
    """An order to page by: fields (the last unique), all in one direction, none of them empty."""

    def __init__(self, *fields, descending=False):
        self.fields, self.descending = fields, descending

    def page(self, queryset, *, limit=DEFAULT_LIMIT, cursor=""):
        """(rows, next cursor or None), by one query that reads one row more than it shows."""
        if cursor:
            queryset = queryset.filter(
                RowAfter(self.fields, self.decode(cursor, queryset.model), self.descending)
            )
        sign = "-" if self.descending else ""
        rows = list(queryset.order_by(*[f"{sign}{name}" for name in self.fields])[: limit + 1])
        if len(rows) <= limit:
            return rows, None
        return rows[:limit], self.encode(rows[limit - 1])

    def encode(self, row):
        values = [getattr(row, name) for name in self.fields]
        plain = [{"t": v.isoformat()} if isinstance(v, datetime) else v for v in values]
        return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")

    def decode(self, cursor, model):
        """The values to go on from, each of its column's own type: a cursor comes from outside."""
        try:
            values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            values = [datetime.fromisoformat(v["t"]) if isinstance(v, dict) else v for v in values]
            return [read(model, name, value) for name, value in zip(self.fields, values, strict=True)]
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error, ValidationError) as error:
            raise BadRequest(_("This cursor is not one of ours."), code="bad_cursor") from error


def read(model, name, value):
    """The value as its column takes it; ValueError or ValidationError for what it would choke on."""
    if not isinstance(value, int | str | datetime):
        raise ValueError(name)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(name)
    if isinstance(value, str) and not is_storable(value):
        raise ValueError(name)
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:  # computed by the query itself
        return value
    value = field.to_python(value)
    field.run_validators(value)
    return value


def limit_of(params):
    """The page size asked for, within bounds."""
    text = params.get("limit", str(DEFAULT_LIMIT))
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= MAX_LIMIT:
        raise BadRequest(
            _("limit must be a whole number from 1 to %(max)s.") % {"max": MAX_LIMIT}, code="bad_limit"
        )
    return int(text)


def capped_count(queryset):
    """A count that stops at the cap: {"count": 1000, "capped": true}."""
    count = queryset.order_by()[: COUNT_CAP + 1].count()
    return {"count": min(count, COUNT_CAP), "capped": count > COUNT_CAP}
