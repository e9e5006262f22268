"""What a role may read of personal data and money: one place, for pages and the API alike."""

from staff.models import Role

FULL_CONTACT = {Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMIN}
NO_CONTACT = {Role.WAREHOUSE, Role.INSPECTOR, Role.QUALITY}
NO_MONEY = {Role.WAREHOUSE, Role.INSPECTOR}
NO_CONVERSATION = {Role.WAREHOUSE}


def sees_money(actor):
    return actor.kind != "staff" or actor.role not in NO_MONEY


def sees_conversation(actor):
    return actor.kind != "staff" or actor.role not in NO_CONVERSATION


def phone_for(actor, phone):
    """The whole number, its last four digits, or nothing."""
    return reveal(actor, phone, lambda text: "•••• " + text[-4:] if len(text) >= 7 else "••••")


def email_for(actor, email):
    return reveal(actor, email, lambda text: text[:1] + "•••@" + text.rpartition("@")[2])


def sees_contacts(actor):
    """Whole telephone numbers and addresses."""
    return actor.kind in ("shop", "system") or actor.role in FULL_CONTACT


def sees_no_contacts(actor):
    return not sees_contacts(actor) and actor.role in NO_CONTACT


def reveal(actor, value, mask):
    """Shops see their own customers; agents see enough to recognise; the dock sees nothing."""
    if not value or sees_contacts(actor):
        return value
    return "" if sees_no_contacts(actor) else mask(value)


def address_for(actor, address):
    """The whole address for those who see contacts, else country, province and city."""
    if sees_contacts(actor):
        return address
    return {name: address.get(name, "") for name in ("country", "province", "city")}


def event_data_for(actor, data):
    """What an event says, without its amounts for those who see no money."""
    return data if sees_money(actor) else without_amounts(data)


def without_amounts(value):
    if isinstance(value, list):
        return [without_amounts(each) for each in value]
    if isinstance(value, dict):
        return {name: without_amounts(each) for name, each in value.items() if not name.startswith("amount")}
    return value
