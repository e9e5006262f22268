"""What the demo's customers bought: products and orders, as a shop's system would send them."""

from datetime import timedelta

from aftersales.clock import now
from aftersales.demo.cast import DEMO
from aftersales.languages import side_of
from tickets.actions.orders import put_order, put_product
from tickets.models import Order, Product
from tickets.serializers import read_order

STOCK = 25
STREET = {"zh": "示例路 1 号", "en": "1 Example Road"}
# How the script's invoices are called in the API.
INVOICE_FORMS = {"e_invoice": "digital", "paper": "paper"}
INVOICE_KINDS = {"personal": "consumer", "business": "vat_normal"}


def put_goods(cast):
    """Products and orders that are not there yet; what stands has moved on and is left alone."""
    products = {row["sku"]: row for row in cast.script["products"]}
    for row in products.values():
        shop = cast.shops[row["shop"]]
        if not Product.objects.filter(shop=shop, sku=row["sku"]).exists():
            put_product(shop, row["sku"], product_body(row, language(shop)), by=DEMO)
    customers = {row["id"]: row for row in cast.script["customers"]}
    for row in cast.script["orders"]:
        shop = cast.shops[row["shop"]]
        if not Order.objects.filter(shop=shop, external_id=row["id"]).exists():
            body = order_body(row, customers[row["customer"]], products, shop)
            put_order(shop, row["id"], read_order(body), by=DEMO)


def language(shop):
    return side_of(shop.language)


def product_body(row, spoken):
    return {
        "title": row["name"][spoken],
        "product_class": row["product_class"],
        "cost_minor": row["cost_minor"],
        "currency": row["currency"],
        "weight_g": row["weight_g"],
        "warranty_months": row["warranty_months"],
        "stock": STOCK,
    }


def order_body(row, customer, products, shop):
    """PUT /orders; days are counted back from now."""
    spoken = language(shop)
    placed = days_ago(row["placed_days_ago"])
    return {
        "number": row["order_no"],
        "placed_at": placed,
        "currency": row["currency"],
        "status": row["state"],
        "customer": customer_body(customer, spoken),
        "shipping_address": {
            "name": customer["name"][spoken],
            "phone": customer["phone"],
            "country": customer["country"],
            "city": customer["city"][spoken],
            "street": STREET[spoken],
        },
        "lines": [line_body(line, products[line["sku"]], row["id"], spoken) for line in row["lines"]],
        "payments": payments(row, placed),
        "shipping_minor": row["shipping_minor"],
        "deliveries": deliveries(row),
        "invoice": invoice(row, placed),
    }


def customer_body(row, spoken):
    """Called as the shop calls its customers; answered in the language that they speak."""
    return {
        "external_id": row["id"],
        "name": row["name"][spoken],
        "phone": row["phone"],
        "email": row["email"],
        "locale": "zh-CN" if row["language"] == "zh" else "en",
    }


def line_body(line, product, order, spoken):
    serials = [f"SN-{order}-{line['line']}-{n + 1}".upper() for n in range(line["quantity"])]
    return {
        "external_id": str(line["line"]),
        "sku": line["sku"],
        "title": product["name"][spoken],
        "product_class": product["product_class"],
        "quantity": line["quantity"],
        "unit_price_minor": line["unit_price_minor"],
        "paid_minor": line["paid_minor"],
        "warranty_months": product["warranty_months"],
        "serials": serials if product["tracks_serial"] else [],
    }


def payments(row, placed):
    if not row["paid_minor"]:
        return []
    return [
        {
            "external_id": f"pay-{row['id']}",
            "method": "alipay" if row["currency"] == "CNY" else "card",
            "captured_minor": row["paid_minor"],
            "paid_at": placed,
        }
    ]


def deliveries(row):
    parcel = row.get("parcel")
    if not parcel:
        return []
    delivered = parcel.get("delivered_days_ago")
    return [
        {
            "carrier": parcel["carrier"],
            "waybill": parcel["tracking_no"],
            "shipped_at": days_ago(parcel["shipped_days_ago"]),
            "delivered_at": days_ago(delivered) if delivered is not None else None,
            "lines": [{"line": str(line["line"]), "quantity": line["quantity"]} for line in row["lines"]],
        }
    ]


def invoice(row, placed):
    listed = row.get("invoice")
    if not listed:
        return {}
    return {
        "number": listed["number"],
        "kind": INVOICE_KINDS[listed["buyer"]],
        "form": INVOICE_FORMS[listed["kind"]],
        "issued_at": placed,
        "amount_minor": row["paid_minor"],
    }


def days_ago(days):
    return (now() - timedelta(days=days)).isoformat()
