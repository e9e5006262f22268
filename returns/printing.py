"""The label as an answer to a browser or to the shop's own system."""

from django.http import HttpResponse

from returns.queries.labels import label_of


def label_response(parcel):
    """The PDF, shown rather than saved: most printers print from the viewer."""
    from returns.label import label_pdf  # noqa: PLC0415 - what draws takes memory that few processes need

    response = HttpResponse(label_pdf(label_of(parcel)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{parcel.label_code}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
