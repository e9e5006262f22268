"""Files of a ticket: recognised by content, pictures re-encoded, kept under an id of our own."""

import hashlib
import io

import filetype
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from aftersales.events.log import record_event
from aftersales.storable import storable
from aftersales.workflow import not_for_your_role
from tickets.actions.files import store
from tickets.actions.landing import lands_where_it_went
from tickets.models import Attachment, Ticket
from tickets.policies import is_staff

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_FILES = 100
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ALLOWED = {*PICTURES, "application/pdf", "video/mp4"}


def attach_file(ticket, upload, *, by, step="", draft=None):
    """Keep one uploaded file: row and file stand and fall together (tickets/actions/files.py).

    With a draft it lies with that draft: nobody else sees it, and it is told of when it is sent.
    The same content for the same step again is the file that is here.
    """
    if by.kind == "staff" and not is_staff(by, ticket):
        raise not_for_your_role(_("Attach a file"))
    kept = {"name": safe_name(upload.name), "examined": examined(upload), "step": step, "draft": draft}
    return keep_file(ticket, by=by, **kept)


@lands_where_it_went
@transaction.atomic
def keep_file(ticket, *, by, name, examined, step, draft):
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.merged_into_id:
        told = _("This request was merged into %(number)s: go on there.")
        raise NotPossible(told % {"number": ticket.merged_into.number})
    content, media_type = examined
    digest = hashlib.sha256(content).hexdigest()
    step_code = storable(step)[:60]
    if step_code and draft is None:
        same = ticket.attachments.kept().filter(step_code=step_code, sha256=digest).first()
        if same is not None:
            return same
    if ticket.attachments.count() >= MAX_FILES:
        raise NotPossible(_("A request holds at most %(max)s files.") % {"max": MAX_FILES})
    attachment = Attachment.objects.create(
        ticket=ticket,
        draft=draft,
        step_code=step_code,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=digest,
        author_kind=by.kind,
        author_name=by.name,
        created_at=now(),
        ready_at=now(),
    )
    store(attachment, content)
    if draft is None:
        record_event(ticket, "ticket.attach", by=by, data={"name": name, "attachment": str(attachment.uid)})
    return attachment


def examined(upload):
    """(bytes, media type) of an upload that is what it says; pictures lose everything but their pixels."""
    if upload.size > MAX_BYTES:
        raise Invalid(_("A file has at most 25 MB."), field="file", code="too_large")
    content = upload.read()
    kind = filetype.guess(content)
    media_type = kind.mime if kind else None
    if media_type not in ALLOWED:
        raise Invalid(_("Allowed are JPEG, PNG, WebP, PDF and MP4."), field="file", code="unsupported_file")
    if media_type in PICTURES:
        content = re_encoded(content, PICTURES[media_type])
    return content, media_type


def re_encoded(content, picture_format):
    """The same picture, drawn anew: no EXIF, no location, nothing hidden behind the pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid(_("A picture has at most 40 megapixels."), field="file", code="too_large")
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert(
                "RGBA" if picture_format != "JPEG" and upright.mode in ("RGBA", "LA", "P") else "RGB"
            )
    except Invalid:
        raise
    except Exception as error:
        raise Invalid(_("This picture cannot be read."), field="file", code="unsupported_file") from error
    out = io.BytesIO()
    plain.save(out, picture_format, quality=85)
    return out.getvalue()


def safe_name(name):
    """The file's name to show: no path, no control characters, at most 150 long."""
    plain = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable())
    return plain[-150:] or "file"
