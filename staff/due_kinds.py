"""What of the staff is due at a time: the digest of one's notices."""

from aftersales import due
from staff.actions.digests import fire_digests
from staff.models import Digest, User

due.register(
    due.DueKind(Digest, name="digest", queue="mail", fire=fire_digests, owner=(User, "user_id"), batch=100)
)
