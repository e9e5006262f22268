"""The shop's own systems while requests are carried: payments pay refunds back, the warehouse ships replacements."""

import threading
from collections import Counter

REST_SECONDS = 1.0
PAGE = 200


class ShopSide:
    """Asks for what the desk asked of the shop, and answers it; a thread of its own."""

    def __init__(self, shop):
        self.shop = shop
        self.paid = Counter()  # currency -> minor units paid back
        self.answers = Counter()  # what was answered how often
        self.trouble = Counter()  # what the desk did not take
        self.after = self.end_of_feed()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        self.thread.join()

    def run(self):
        while not self.stopping.wait(REST_SECONDS):
            try:
                self.pay_refunds()
                self.ship_replacements()
            except Exception as error:  # a thread that ends in silence would leave every request waiting
                self.trouble[f"{type(error).__name__}: {error}"[:200]] += 1

    # -- money --------------------------------------------------------------------------

    def pay_refunds(self):
        """The payment side looks what is asked for, and pays; the desk's key is the payment's own."""
        page = self.shop.get("/refunds", status="requested", limit=PAGE).body
        for refund in page.get("results", []):
            body = {"status": "succeeded", "gateway_refund_id": f"pay-{refund['id']}"}
            if self.tell(f"/refunds/{refund['id']}/result", body, "refunds paid"):
                self.paid[refund["currency"]] += refund["amount_minor"]

    # -- goods --------------------------------------------------------------------------

    def ship_replacements(self):
        """What the feed tells since the last look: each command is answered with the order it was shipped under."""
        page = self.shop.get("/events", after=self.after, limit=PAGE).body
        for event in page["results"]:
            if event["kind"] == "exchange.request":
                self.ship(event["data"]["command"])
        self.after = page["next"]

    def ship(self, command):
        name = command.replace("-", "")[:16].upper()
        body = {
            "status": "confirmed",
            "new_order_ref": f"X-{name}",
            "carrier": "royal-mail",
            "waybill": f"RM-X-{name}",
        }
        self.tell(f"/commands/{command}/result", body, "replacements shipped")

    def end_of_feed(self):
        """The last number given: numbers have no gaps, so it can be searched for like a word in a book."""
        low, high = 0, 1
        while self.reaches(high):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.reaches(middle) else (low, middle)
        return str(low)

    def reaches(self, number):
        return bool(self.shop.get("/events", after=number - 1, limit=1).body["results"])

    def tell(self, path, body, what):
        answer = self.shop.post(path, body)
        if answer.ok:
            self.answers[what] += 1
        else:
            self.trouble[f"{what}: {answer}"] += 1
        return answer.ok
