"""The first run: whoever may print a token on the server makes the first real shop. Works once."""

from django.contrib.auth import login
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftersales.errors import Invalid, NotAllowed, Refused
from aftersales.languages import side_of
from staff.actions.installation import opens_setup, set_up_desk
from staff.forms.shops import SetupForm
from staff.queries import calendars_for, has_demo, is_set_up
from staff.views.doors import private

BACKEND = "django.contrib.auth.backends.ModelBackend"
LIKELY = {"currency": "CNY", "country": "CN", "time_zone": "Asia/Shanghai", "survey_delay_minutes": 60}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request):
    """One address for all of it; the token comes by the link that `manage.py setup_token` prints."""
    if is_set_up():
        return closed(
            request, _("This desk is set up already. Further shops are opened in its settings."), 409
        )
    token = request.POST.get("token", request.GET.get("token", ""))
    if not opens_setup(token):
        return closed(request, _("This set-up link is used up or too old.") if token else "", 403)
    language = "zh-hans" if side_of() == "zh" else "en"
    form = SetupForm(
        request.POST if request.method == "POST" else None,
        initial={**LIKELY, "language": language, "team_name_zh": "售后", "team_name_en": "After-sales"},
        calendars=calendars_for(),
    )
    if request.method == "POST" and form.is_valid():
        return finish(request, token, form)
    return show_form(request, form, token, 422 if form.errors else 200)


def finish(request, token, form):
    try:
        made = set_up_desk(
            token,
            shop=form.columns(),
            team=form.team(),
            admin=form.admin() | {"password": form.cleaned_data["password"]},
        )
    except Invalid as refused:
        form.add_error(refused.field, str(refused))
        return show_form(request, form, token, 422)
    except Refused as refused:
        return closed(request, str(refused), 403 if isinstance(refused, NotAllowed) else 409)
    login(request, made.admin, backend=BACKEND)
    return render(request, "staff/setup_done.html", {"made": made, "has_demo": has_demo()})


def show_form(request, form, token, status):
    return render(request, "staff/setup.html", {"form": form, "token": token}, status=status)


def closed(request, sentence, status):
    context = {"sentence": sentence, "is_set_up": status == 409}
    return render(request, "staff/setup_closed.html", context, status=status)
