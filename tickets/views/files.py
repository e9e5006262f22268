"""Files of a request: sent in from its page, handed out as downloads and nothing else."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aftersales.errors import Invalid, Refused
from aftersales.web.pages import wants_part
from tickets.actions.attachments import attach_file
from tickets.models import Attachment
from tickets.queries.relations import told_here
from tickets.views.acting import status_of
from tickets.views.card import Attempt
from tickets.views.gate import actor_of, ticket_or_404, visible
from tickets.views.page import show_part


@login_required
@require_POST
def attach(request, number):
    """Keep the chosen files, as evidence for a step when it is named."""
    ticket, actor = ticket_or_404(request, number), actor_of(request)
    step = request.POST.get("step", "")
    root = ("step-photos" if wants_part(request) else "next-step") if step else "facts"
    try:
        uploads = request.FILES.getlist("file")
        if not uploads:
            raise Invalid(_("Choose a file first."), field="file")
        for upload in uploads:
            attach_file(ticket, upload, by=actor, step=step)
    except Refused as refused:
        attempt = Attempt("attach", QueryDict(), refused)
        fresh = ticket_or_404(request, number)
        return show_part(request, fresh, root, attempt=attempt, status=status_of(refused))
    if not wants_part(request):
        return HttpResponseRedirect(reverse("ticket", args=[number]))
    events = ["ticket.changed"] if step else ["ticket.attach"]
    return show_part(request, ticket_or_404(request, number), root, events=events)


@login_required
@require_safe
def download(request, number, uid):
    """The file as an attachment: a browser keeps it and never shows it as a page of ours."""
    ticket = get_object_or_404(visible(request), number=number)
    mine = Q(draft=None) | Q(draft__user=request.user)
    files = Attachment.objects.filter(mine, ticket__in=told_here(ticket), ready_at__isnull=False)
    attachment = get_object_or_404(files, uid=uid)
    try:
        content = default_storage.open(attachment.path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=attachment.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
