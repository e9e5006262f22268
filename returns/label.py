"""The return label: one A6 page that the customer puts into the box, and that the dock scans."""

from functools import cache
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# A TrueType subset of Noto Sans SC (GB2312, common traditional, Latin): readers have no Chinese font of
# their own to rely on, and reportlab cannot embed OpenType with PostScript outlines.
FONT = "NotoSansSC"
FONT_FILE = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf"

WIDTH, HEIGHT = A6
LEFT, RIGHT, TOP, BOTTOM = 6 * mm, WIDTH - 6 * mm, HEIGHT - 6 * mm, 6 * mm
QR_SIZE = 27 * mm


def label_pdf(label):
    """The label as PDF, in the customer's language."""
    out = BytesIO()
    # `invariant` leaves out the date and the random id: printed again, the file is the same.
    canvas = Canvas(out, pagesize=A6, invariant=1, pageCompression=1)
    canvas.setTitle(label.code)
    canvas.setSubject(label.request)
    load_font()
    with override(label.language):
        LabelPage(canvas, label).draw()
    canvas.save()
    return out.getvalue()


@cache
def load_font():
    """Read the font once per process."""
    pdfmetrics.registerFont(TTFont(FONT, FONT_FILE))


class LabelPage:
    """Draws from the top down; `y` is where the next line goes."""

    def __init__(self, canvas, label):
        self.canvas, self.label, self.y = canvas, label, TOP

    def draw(self):
        self.head()
        self.codes()
        self.address()
        self.facts()
        self.items()
        self.enclose()
        self.canvas.showPage()

    def head(self):
        self.text(_("Return to %(shop)s") % {"shop": self.label.shop}, 11, gap=2)
        self.rule()

    def codes(self):
        """QR at the right, Code128 with its text at the left: either one finds the parcel."""
        top = self.y
        qr = QrCodeWidget(self.label.code, barLevel="M")
        x1, y1, x2, y2 = qr.getBounds()
        drawing = Drawing(QR_SIZE, QR_SIZE, transform=[QR_SIZE / (x2 - x1), 0, 0, QR_SIZE / (y2 - y1), 0, 0])
        drawing.add(qr)
        renderPDF.draw(drawing, self.canvas, RIGHT - QR_SIZE, top - QR_SIZE)
        bars = Code128(
            self.label.code, barHeight=14 * mm, barWidth=0.3 * mm, quiet=1, lquiet=3 * mm, rquiet=3 * mm
        )
        bars.drawOn(self.canvas, LEFT - 3 * mm, top - 16 * mm)
        self.y = top - 17 * mm
        self.text(self.label.code, 11, gap=1)
        self.text(self.label.request, 8, gap=1)
        self.y = min(self.y, top - QR_SIZE)
        self.rule()

    def address(self):
        self.text(pgettext("on a label, above the address", "To"), 7)
        for line in self.label.address:
            self.text(line, 10)
        self.y -= 1 * mm
        self.text(_("From: %(sender)s") % {"sender": self.label.sender}, 8)
        waybill = self.label.waybill or "______________________________"
        self.text(_("Waybill: %(waybill)s") % {"waybill": waybill}, 8)
        self.rule()

    def facts(self):
        label = self.label
        self.text(_("Order %(order)s") % {"order": label.order}, 8)
        if label.reason:
            self.text(_("Reason: %(reason)s") % {"reason": label.reason}, 8)
        self.text(_("Asked for: %(wish)s") % {"wish": label.wish}, 8)
        if label.freight == "shop":
            self.text(_("The shop pays the postage. Do not send cash on delivery without asking."), 7)
        elif label.freight == "customer":
            self.text(_("Please pay the postage yourself; cash on delivery is refused."), 7)
        self.rule()

    def items(self):
        """SKU, title and quantity; what does not fit goes on to another page."""
        for item in self.label.items:
            lines = wrap(item.title, 8, RIGHT - LEFT - 44 * mm)[:2]
            if self.y - 4 * mm * len(lines) < BOTTOM + 16 * mm:
                self.next_page()
            self.canvas.setFont(FONT, 8)
            self.canvas.drawString(LEFT, self.y - 8, wrap(item.sku, 8, 32 * mm)[0])
            self.canvas.drawRightString(RIGHT, self.y - 8, f"× {item.quantity}")
            for line in lines:
                self.canvas.drawString(LEFT + 34 * mm, self.y - 8, line)
                self.y -= 4 * mm
        self.rule()

    def enclose(self):
        wanted = [_("these goods with all their parts and gifts"), _("this label")]
        if self.label.wants_invoice:
            wanted.append(_("the original paper invoice"))
        self.text(_("Please enclose: %(list)s.") % {"list": _(", ").join(wanted)}, 8)

    def next_page(self):
        self.canvas.showPage()
        self.y = TOP
        self.text(f"{self.label.code} · {self.label.request}", 9, gap=1)
        self.rule()

    def text(self, text, size, gap=0.6):
        """A paragraph over the width that is free, wrapped between any two characters where need be."""
        width = RIGHT - LEFT
        self.canvas.setFont(FONT, size)
        for line in wrap(text, size, width):
            self.canvas.drawString(LEFT, self.y - size, line)
            self.y -= size * 1.25
        self.y -= gap * mm

    def rule(self):
        self.y -= 0.8 * mm
        self.canvas.setLineWidth(0.4)
        self.canvas.line(LEFT, self.y, RIGHT, self.y)
        self.y -= 1.2 * mm


def wrap(text, size, width):
    """Lines that fit: broken at spaces where there are some, else between characters, as Chinese is."""
    lines, line = [], ""
    for char in " ".join(text.split()):
        if pdfmetrics.stringWidth(line + char, FONT, size) <= width:
            line += char
            continue
        head, space, tail = line.rpartition(" ")
        if space and char != " " and len(tail) < len(line) / 2:
            lines.append(head)
            line = tail + char
        else:
            lines.append(line)
            line = char.lstrip()
    return [*lines, line] if line or not lines else lines
