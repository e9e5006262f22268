"""/me: one's own account, and when a mail tells of what is unread."""

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from aftersales.errors import NotAllowed
from aftersales.web.api import ApiView
from aftersales.web.shapes import StrictSerializer
from staff.actions import change_account, choose_digest
from staff.inbox import KINDS
from staff.models import Digest, User

BODY = OpenApiTypes.OBJECT
CHOICES = ("language", "theme", "has_shortcuts", "muted_kinds", "mailed_kinds")


class MeIn(StrictSerializer):
    """The body of PATCH /me: only what is given changes."""

    language = serializers.ChoiceField(["", *(code for code, _name in settings.LANGUAGES)], required=False)
    theme = serializers.ChoiceField(["", *(code for code, _name in User.theme.field.choices)], required=False)
    has_shortcuts = serializers.BooleanField(required=False)
    muted_kinds = serializers.ListField(
        child=serializers.ChoiceField(list(KINDS)), max_length=len(KINDS), required=False
    )
    mailed_kinds = serializers.ListField(
        child=serializers.ChoiceField(list(KINDS)), max_length=len(KINDS), required=False
    )
    digest_hour = serializers.IntegerField(min_value=0, max_value=23, required=False, allow_null=True)


class MeView(ApiView):
    read_scope = write_scope = "tickets:read"

    @extend_schema(operation_id="me_read", responses={200: BODY})
    def get(self, request):
        return Response(me_shape(person(request).user))

    @extend_schema(operation_id="me_change", request=MeIn, responses={200: BODY})
    def patch(self, request):
        """`digest_hour` is an hour of the day where one's first shop is, or null: no mail."""
        actor, checked = person(request), MeIn(data=request.data)
        checked.is_valid(raise_exception=True)
        given = dict(checked.validated_data)
        if "digest_hour" in given:
            choose_digest(actor.user, by=actor, hour=given.pop("digest_hour"))
        change_account(actor.user, by=actor, **given)
        return Response(me_shape(actor.user))


def person(request):
    if request.user.user is None:
        raise NotAllowed(_("An account is a person's; this key is a shop's."))
    return request.user


def me_shape(user):
    hour = Digest.objects.filter(user=user).values_list("hour", flat=True).first()
    return {
        "username": user.username,
        "name": {"zh": user.name_zh, "en": user.name_en},
        "role": user.role,
        "shops": [shop.code for shop in user.places()[1]],
        "teams": [team.code for team in user.places()[0]],
        **{name: getattr(user, name) for name in CHOICES},
        "digest_hour": hour,
    }
