"""Files as a browser sends them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4 nothing"


def paper(name="invoice.pdf"):
    return SimpleUploadedFile(name, PDF)


def photo(name="mug.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue())
