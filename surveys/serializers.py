"""How surveys look to a shop's system."""

from rest_framework import serializers

from aftersales.versions.registry import compiled
from aftersales.web.shapes import StrictSerializer
from surveys.links import url_of


class NothingSerializer(StrictSerializer):
    """A body without fields."""


class QuestionnaireSerializer(serializers.Serializer):
    """Which questionnaire, and which version of it."""

    code = serializers.CharField()
    number = serializers.IntegerField()


class SurveyInvitationSerializer(serializers.Serializer):
    """The invitation with the link to send."""

    id = serializers.UUIDField(source="uid")
    ticket = serializers.CharField(source="ticket.number")
    state = serializers.CharField()
    url = serializers.SerializerMethodField()
    language = serializers.CharField()
    questionnaire = serializers.SerializerMethodField()
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    def get_url(self, invitation) -> str:
        return url_of(invitation)

    def get_questionnaire(self, invitation) -> QuestionnaireSerializer:
        return pinned(invitation)


class SurveyResponseSerializer(serializers.Serializer):
    """One customer's answers."""

    id = serializers.UUIDField(source="invitation.uid")
    ticket = serializers.CharField(source="invitation.ticket.number")
    questionnaire = serializers.SerializerMethodField()
    score = serializers.IntegerField(allow_null=True)
    answers = serializers.DictField()
    comment = serializers.CharField()
    language = serializers.CharField(source="invitation.language")
    is_test = serializers.BooleanField(source="invitation.ticket.is_test")
    answered_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)

    def get_questionnaire(self, response) -> QuestionnaireSerializer:
        return pinned(response.invitation)


class SurveyResponsePageSerializer(serializers.Serializer):
    """A page of answers, and where the next begins."""

    results = SurveyResponseSerializer(many=True)
    next = serializers.CharField(allow_null=True)


def pinned(invitation):
    """The version that was asked; it never changes, so it is read from memory."""
    version = compiled(invitation.questionnaire_id)
    return {"code": version.code, "number": version.number}
