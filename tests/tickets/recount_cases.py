"""A calendar of our own, open all the time, and what is read of the clocks that run by it."""

from datetime import timedelta

from aftersales.clock import now
from tickets.models import SlaClock

ALL_DAY = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def morning():
    """(a zone where it is ten in the morning, the day there): nothing of four hours reaches tomorrow."""
    ahead = (10 - now().hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}", (now() + timedelta(hours=ahead)).date()


def calendar_body(**changes):
    return {
        "code": "own",
        "name": {"zh": "自己", "en": "Our own"},
        "time_zone": morning()[0],
        "weekly": ALL_DAY,
        **changes,
    }


def closed_for(days):
    """The calendar with so many days from tomorrow on as holidays."""
    listed = [(morning()[1] + timedelta(days=n)).isoformat() for n in range(1, days + 1)]
    return calendar_body(holidays=[{"name": {"en": "Flood"}, "days": listed}])


def rows():
    return {
        pk: rest for pk, *rest in SlaClock.objects.values_list("pk", "due_at", "due_version", "calendar_id")
    }


def xmins():
    """Which transaction wrote each row last."""
    return dict(SlaClock.objects.extra(select={"xmin": "xmin::text"}).values_list("pk", "xmin"))


def posted(page, **changes):
    """What a browser sends of the form on a page, with some of it typed anew."""
    form = page.context["form"]
    data = {"seen": page.context["seen"], "base": form.base, "do": "look"}
    for part in form.parts():
        if part.kind == "rows":
            for row in part.rows:
                data |= {cell.name: cell.value for cell in row}
        elif part.kind != "tick" or part.value:
            data[part.name] = part.value
    return data | changes
