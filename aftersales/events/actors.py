"""Who did it: a member of staff, a customer, a shop's system, a partner, or the desk itself."""

from dataclasses import dataclass
from typing import Any

STAFF, CUSTOMER, SHOP, PARTNER, SYSTEM = "staff", "customer", "shop", "partner", "system"


@dataclass(frozen=True)
class Actor:
    """Handed to every action as `by=`; never ambient, never None.

    `id` is the user's, customer's or key's; `shop_id` is set when the actor is bound to one shop.
    """

    kind: str
    name: str
    id: int | None = None
    role: str = ""
    shop_id: int | None = None
    user: Any = None
    is_test: bool = False

    @classmethod
    def staff(cls, user, is_test=False):
        return cls(STAFF, user.display_name, user.pk, user.role, None, user, is_test)

    @classmethod
    def shop(cls, key):
        return cls(SHOP, key.label, key.pk, "", key.shop_id, None, key.is_test)

    @classmethod
    def customer(cls, customer):
        return cls(CUSTOMER, customer.name, customer.pk, "", customer.shop_id)

    @classmethod
    def system(cls, name):
        return cls(SYSTEM, name)

    @property
    def is_person(self):
        """Whether a member of staff did it: only people count as a first response or a pair of eyes."""
        return self.kind == STAFF
