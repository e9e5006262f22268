"""Loads the demo: once, and again without effect."""

from django.db import transaction

from aftersales.demo import credentials
from aftersales.demo.cast import DEMO, read_script, set_the_stage
from aftersales.demo.goods import put_goods
from aftersales.demo.looks import keep_looks
from aftersales.demo.requests import play_requests
from staff.actions.installation import lock_setting
from staff.actions.people import set_password


def load_demo(folder):
    """Bring the demo in, or what of it is missing; returns the lines to print, which `folder` keeps."""
    known = credentials.read(folder)
    password = known.password if known else credentials.new_password()
    with transaction.atomic():
        lock_setting()
        cast = set_the_stage(read_script(), password)
        shop = next(shop for shop in cast.shops.values() if shop.code == "demo")
        put_goods(cast)
        play_requests(cast)
        keep_looks(cast)
        if not credentials.still_good(known, cast, shop):
            for _role, person in cast.first_of_each_role():
                if person.username not in cast.newcomers and not person.check_password(password):
                    set_password(person, password, by=DEMO)
            known = credentials.hand_out(cast, shop, password)
    lines = list(known.lines(shop.code))
    credentials.write(folder, lines)
    return lines
