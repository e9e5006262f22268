"""/orders, /products and /stock: the shop's system keeps our copy up to date."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from aftersales.errors import NotAllowed, Refused
from aftersales.web.api import ApiView, check_if_match, etag
from aftersales.web.keyset import Keyset
from aftersales.web.listing import Listing
from aftersales.web.problems import BadRequest, flatten
from aftersales.web.shapes import Text
from tickets.actions.orders import put_order, put_product
from tickets.api.shapes import order_shape
from tickets.models import Order
from tickets.serializers import BatchOrderIn, OrderIn, ProductIn, StockIn, read

MAX_BATCH, MAX_SKU = 500, 100
BODY = OpenApiTypes.OBJECT


def own_shop(request):
    """Only a shop's own system writes orders: the key says which shop."""
    if request.user.kind != "shop":
        raise NotAllowed(_("Only a shop key may write orders."))
    return request.auth.shop


def visible_orders(actor):
    return Order.objects.visible_to(actor).select_related("customer").prefetch_related("lines")


class OrderFilter(filters.FilterSet):
    number = filters.CharFilter()
    customer = filters.CharFilter(field_name="customer__external_id")
    placed_after = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte")

    class Meta:
        model = Order
        fields = []


class OrderView(ApiView):
    read_scope, write_scope = "orders:read", "orders:write"

    @extend_schema(operation_id="order_read", responses={200: BODY})
    def get(self, request, external_id):
        found = visible_orders(request.user).filter(**self.key(request, external_id))
        if len(found) > 1:
            raise BadRequest(_("You serve several shops: name one by ?shop=."), code="shop_needed")
        order = get_object_or_404(found)
        return Response(order_shape(order, request.user), headers={"ETag": etag(order.version)})

    def key(self, request, external_id):
        """A person may see several shops with the same order id, and then names the shop."""
        shop = request.query_params.get("shop")
        return {"external_id": external_id, **({"shop__code": shop} if shop else {})}

    @extend_schema(operation_id="order_put", request=OrderIn, responses={200: BODY, 201: BODY})
    def put(self, request, external_id):
        shop = own_shop(request)
        if not 1 <= len(external_id) <= 120:
            raise BadRequest(_("An external id has 1 to 120 characters."))
        data = read(OrderIn, request.data)
        standing, expected = Order.objects.filter(shop=shop, external_id=external_id).first(), None
        if standing is not None:
            check_if_match(request, standing.version, lambda: self.show(standing.pk, request.user))
            expected = standing.version if "If-Match" in request.headers else None
        order, created = put_order(shop, external_id, data, by=request.user, expected_version=expected)
        return Response(
            self.show(order.pk, request.user),
            status=201 if created else 200,
            headers={"ETag": etag(order.version)},
        )

    @staticmethod
    def show(pk, actor):
        return order_shape(visible_orders(actor).get(pk=pk), actor)


class OrderBatchView(ApiView):
    read_scope, write_scope = "orders:read", "orders:write"

    @extend_schema(operation_id="order_batch", request=BODY, responses={200: BODY})
    def post(self, request):
        """Up to 500 orders, each accepted or refused for itself."""
        shop = own_shop(request)
        orders = request.data.get("orders")
        if (
            set(request.data) != {"orders"}
            or not isinstance(orders, list)
            or not 1 <= len(orders) <= MAX_BATCH
        ):
            raise BadRequest(_("Send {“orders”: [...]} with 1 to %(max)s orders.") % {"max": MAX_BATCH})
        # Names are held in one order, so that two batches with the same orders never wait for each other.
        by_name = sorted(enumerate(orders), key=lambda pair: str(name_of(pair[1])))
        results = {index: self.put_one(shop, body, request.user) for index, body in by_name}
        return Response({"results": [results[index] for index in range(len(orders))]})

    def put_one(self, shop, body, actor):
        external_id = name_of(body)
        try:
            data = dict(read(BatchOrderIn, body))
            with transaction.atomic():
                _order, created = put_order(shop, data.pop("external_id"), data, by=actor)
        except ValidationError as error:
            rows = list(flatten(error.detail))
            return refused(external_id, rows[0]["code"], rows[0]["detail"], rows)
        except Refused as error:
            return refused(external_id, error.code, str(error), [])
        return {"external_id": external_id, "status": 201 if created else 200, "error": None}


def name_of(body):
    return body.get("external_id") if isinstance(body, dict) else None


def refused(external_id, code, detail, errors):
    return {
        "external_id": external_id,
        "status": 422,
        "error": {"code": code, "detail": detail, "errors": errors},
    }


class OrderListView(ApiView):
    read_scope, write_scope = "orders:read", "orders:write"

    @extend_schema(
        operation_id="order_list",
        responses={200: BODY},
        parameters=[
            OpenApiParameter(name, str)
            for name in ("number", "customer", "placed_after", "limit", "cursor", "count")
        ],
    )
    def get(self, request):
        listing = Listing(OrderFilter, Keyset("id", descending=True))
        return listing.respond(
            request, visible_orders(request.user), lambda order: order_shape(order, request.user)
        )


class ProductView(ApiView):
    read_scope, write_scope = "orders:read", "orders:write"

    @extend_schema(operation_id="product_put", request=ProductIn, responses={200: BODY, 201: BODY})
    def put(self, request, sku):
        product, created = put_product(
            own_shop(request), checked_sku(sku), read(ProductIn, request.data), by=request.user
        )
        return Response(product_shape(product), status=201 if created else 200)


class StockView(ApiView):
    read_scope, write_scope = "orders:read", "orders:write"

    @extend_schema(operation_id="stock_put", request=StockIn, responses={200: BODY, 201: BODY})
    def put(self, request, sku):
        data = {"stock": read(StockIn, request.data)["quantity"]}
        product, created = put_product(own_shop(request), checked_sku(sku), data, by=request.user)
        return Response(product_shape(product), status=201 if created else 200)


def checked_sku(sku):
    return Text(required=True, max_length=MAX_SKU).run_validation(sku)


def product_shape(product):
    names = (
        "sku",
        "title",
        "product_class",
        "brand",
        "cost_minor",
        "currency",
        "weight_g",
        "warranty_months",
    )
    return {name: getattr(product, name) for name in (*names, "accessories", "stock", "version")}
