"""Files that somebody may send in place of a photo of a paper; made here, none kept."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.forms import photos

SCRIPT = "<script>alert(1)</script>"


def _chunk(name, body):
    return (
        struct.pack(">I", len(body))
        + name
        + body
        + struct.pack(">I", zlib.crc32(name + body))
    )


def png_of(wide, high):
    """Return a small PNG file of a huge picture."""
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + (wide + 7) // 8)
    packed = zlib.compress(row * min(high, 4000), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*each) for each in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )


def zipped(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def pdf_of(objects, pages=1):
    """Return a PDF by hand: so many empty pages, and objects beside them."""
    kids = " ".join(f"{number} 0 R" for number in range(10, 10 + pages))
    body = [
        f"1 0 obj<</Type/Catalog/Pages 2 0 R{objects}>>endobj",
        f"2 0 obj<</Type/Pages/Count {pages}/Kids[{kids}]>>endobj",
    ]
    body += [
        f"{number} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj"
        for number in range(10, 10 + pages)
    ]
    return "\n".join(["%PDF-1.7", *body, "trailer<</Root 1 0 R>>", "%%EOF"]).encode()


def small_jpeg(**more):
    return photos.jpeg(Image.new("RGB", (1200, 1600), photos.PAPER), **more)


def gif_and_script():
    target = io.BytesIO()
    Image.new("P", (8, 8)).save(target, "GIF")
    return target.getvalue().replace(b"GIF87a", b"GIF89a") + b"=1;alert(1)//"


# Refused before anything is decoded, by what they are.
BY_KIND = {
    "program-of-windows": b"MZ\x90\x00" + b"\0" * 200,
    "program-of-linux": b"\x7fELF\x02\x01" + b"\0" * 200,
    "program-of-a-mac": b"\xca\xfe\xba\xbe" + b"\0" * 200,
    "app-of-android": zipped(**{"AndroidManifest.xml": "x", "classes.dex": "dex\n"}),
    "script-of-a-shell": b"#!/bin/sh\nrm -rf ~\n",
    "drawing-with-script": f"<svg onload='alert(1)'>{SCRIPT}</svg>".encode(),
    "drawing-after-a-mark": b'\xef\xbb\xbf<?xml version="1.0"?><svg onload="x()"/>',
    "web-page": f"<!DOCTYPE html><html>{SCRIPT}".encode(),
    "gif-and-script": gif_and_script(),
    "archive": zipped(**{"anh.jpg": "x"}),
    "bomb-in-a-document": zipped(
        **{"[Content_Types].xml": "x", "word/document.xml": "0" * 3_000_000}
    ),
    "old-document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 200,
    "gzip": b"\x1f\x8b\x08\0" + b"\0" * 50,
    "rar": b"Rar!\x1a\x07\0" + b"\0" * 50,
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200,
    "nothing": b"",
    "noise": bytes(range(256)) * 8,
    "bitmap": b"BM" + b"\0" * 200,
    "tiff": b"II*\0\x08\0\0\0" + b"\0" * 200,
    "postscript": b"%!PS-Adobe-3.0\n(x) run\n",
}
# They look like what is taken; only drawing them shows that they are not.
BROKEN = {
    "bomb-of-a-billion-points": png_of(30_000, 30_000),
    "bomb-of-forty-one-million": png_of(6_500, 6_400),
    "jpeg-cut-off": small_jpeg()[:600],
    "jpeg-in-name-only": b"\xff\xd8\xff\xe0" + SCRIPT.encode() * 20,
    "png-in-name-only": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "webp-in-name-only": b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 64,
    "pdf-in-name-only": b"%PDF-1.7\n" + SCRIPT.encode() * 10,
    "pdf-without-pages": pdf_of("", pages=0),
    "pdf-of-too-many-pages": pdf_of("", pages=400),
}
# They can be drawn; what they carry besides must be gone afterwards.
CARRYING = {
    "jpeg-and-web-page": small_jpeg(comment=SCRIPT.encode()),
    "jpeg-and-archive": small_jpeg() + zipped(**{"x.exe": "MZ"}),
    "jpeg-and-program": small_jpeg() + b"MZ\x90" + SCRIPT.encode(),
    "pdf-that-runs": pdf_of("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    "pdf-that-opens-a-page": pdf_of("/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>"),
    "pdf-with-a-file": pdf_of(
        "/Names<</EmbeddedFiles<</Names[(x.exe)<</F(x.exe)/EF<<>>>>]>>>>"
    ),
}
