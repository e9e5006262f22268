"""POST /eligibility: what the policy would say, before anybody asks for it."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import InvalidFields
from returns.api.gate import ReturnsView
from returns.api.shapes import evaluation_shape
from returns.queries.eligibility import Asked, evaluate
from returns.serializers import EligibilityIn
from staff.api.gate import shop_asked
from tickets.models import Order, Reason
from tickets.serializers import read


class EligibilityView(ReturnsView):
    writes_nothing = True
    write_scope = "returns:read"

    @extend_schema(operation_id="eligibility", request=EligibilityIn, responses={200: OpenApiTypes.OBJECT})
    def post(self, request):
        """Decision, deadlines, freight, evidence and the clauses behind them; writes nothing."""
        data = read(EligibilityIn, request.data)
        shop = shop_asked(request)
        order = Order.objects.visible_to(request.user).filter(shop=shop, external_id=data["order"]).first()
        if order is None:
            refuse("/order", _("There is no order %(order)s.") % {"order": data["order"]}, "unknown_order")
        lines = {line.external_id: line for line in order.lines.all()}
        asked = [asked_line(number, row, lines, data["reason"]) for number, row in enumerate(data["lines"])]
        return Response(evaluation_shape(evaluate(shop, order, asked, data["requested_resolution"])))


def asked_line(number, row, lines, reason):
    if row["order_line"] not in lines:
        refuse(f"/lines/{number}/order_line", _("The order has no such line."), "unknown_line")
    line, code = lines[row["order_line"]], row["reason"] or reason
    if row["quantity"] > line.quantity:
        refuse(
            f"/lines/{number}/quantity",
            _("%(quantity)s of this line were bought.") % {"quantity": line.quantity},
            "quantity_not_available",
        )
    found = Reason.objects.filter(code=code, is_active=True).first() if code else None
    if code and found is None:
        refuse(
            f"/lines/{number}/reason", _("There is no reason “%(code)s”.") % {"code": code}, "unknown_reason"
        )
    return Asked(line, found)


def refuse(pointer, detail, code):
    raise InvalidFields([{"pointer": pointer, "detail": detail, "code": code}])
