"""Files that nobody sends in good faith, made here: for each door that takes a file.

``TRACE`` stands in every one of them that can carry words: wherever it turns up again,
something of a file was kept that is no pixel.
"""

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

from tests.forms import hostile, photos
from tests.forms.hostile import pdf_of, zipped

TRACE = "DAT-TRACE-4711"
SCRIPT = f"<script>fetch('{TRACE}')</script>"
# What the sender calls the file, and what he says that it is.
NAMES = (
    f"../../{TRACE}.jpg",
    f"..\\..\\{TRACE}.jpg",
    f"/etc/{TRACE}",
    f"{TRACE}\0.jpg",
    "CON",
    "NUL.jpg",
    f"{TRACE}{'x' * 300}.jpg",
    f"{TRACE}\u202egpj.exe",
    f"{TRACE}\r\nSet-Cookie: a=b",
    f'{TRACE}"; filename="b.php',
    ".htaccess",
    "",
)
DECLARED = ("text/html", "image/svg+xml", "application/x-httpd-php", "a/b\0c", "")

REFUSED, REDRAWN = "refused", "redrawn"


@dataclass(frozen=True)
class Hostile:
    """A file, and how it must end: refused in words, or redrawn from its pixels."""

    content: bytes
    ends: str


def _saved(picture, kind, **more):
    target = io.BytesIO()
    picture.save(target, kind, **more)
    return target.getvalue()


def _page(mode="RGB", size=(1200, 1600)):
    return Image.new(mode, size, 200 if len(mode) == 1 or ";" in mode else None)


def _jpeg(**more):
    return _saved(_page(), "JPEG", quality=60, **more)


def _exif(*, broken=False):
    head = b"Exif\0\0II*\0\x08\0\0\0"
    if broken:  # so many entries, each far behind the end
        entry = b"\x12\x01\x03\0\xff\xff\xff\xff\xff\xff\xff\x7f"
        return head + b"\xff\xff" + entry * 9
    exif = Image.Exif()
    exif[0x010E] = TRACE
    exif.get_ifd(photos.GPS).update({1: "N", 2: (12.0, 40.0, 12.0), 29: TRACE})
    return exif.tobytes()


def _frames(kind, many):
    """Return an animation of many frames."""
    frames = [Image.new("L", (40, 40), shade % 251) for shade in range(many)]
    first, *rest = frames
    return _saved(first, kind, save_all=True, append_images=rest, duration=1)


def _text_bomb():
    """Return a PNG whose comment unpacks to 64 MB."""
    png = _saved(_page(size=(200, 300)), "PNG")
    body = b"Comment\0\0" + zlib.compress(b"A" * 64_000_000, 9)
    made = struct.pack(">I", len(body)) + b"zTXt" + body
    made += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return png[:33] + made + png[33:]


def _locked_pdf():
    """Return a PDF that opens with a password only."""
    key = f"/O<{'41' * 32}>/U<{'42' * 32}>/P -4"
    locks = f"9 0 obj<</Filter/Standard/V 1/R 2{key}>>endobj\n"
    return _pdf(objects=locks, trailer="/Encrypt 9 0 R/ID[<41><41>]")


def _pdf(page="", objects="", trailer="", box="0 0 595 842"):
    """Return a PDF of one page with more in its page, its objects, its trailer."""
    return "\n".join(
        (
            "%PDF-1.7",
            "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
            "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj",
            f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]{page}>>endobj",
            objects,
            f"trailer<</Root 1 0 R{trailer}>>",
            "%%EOF",
        )
    ).encode("latin-1")


def _stream(number, more, content):
    packed = zlib.compress(content, 9).decode("latin-1")
    size = len(packed)
    return (
        f"{number} 0 obj<</Length {size}/Filter/FlateDecode{more}>>stream\n"
        f"{packed}\nendstream endobj"
    )


def _pdf_of_a_huge_picture():
    side = 9_000
    picture = _stream(
        5,
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side}"
        "/ColorSpace/DeviceRGB/BitsPerComponent 8",
        b"\0" * 3 * side * side,
    )
    draws = _stream(4, "", b"q 595 0 0 842 0 0 cm /I Do Q")
    page = "/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>"
    return _pdf(page, f"{draws}\n{picture}")


def _pdf_of_forms_in_forms():
    """Return a PDF whose page draws a form that draws ten forms, and so on."""
    deep = 4
    forms = [
        _stream(
            number,
            "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
            f"/Resources<</XObject<</F {number + 1} 0 R>>>>",
            b"/F Do " * 10,
        )
        for number in range(5, 5 + deep)
    ]
    last = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    forms.append(_stream(5 + deep, last, b"0 0 1 1 re f"))
    draws = _stream(4, "", b"/F Do")
    page = "/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>"
    return _pdf(page, "\n".join([draws, *forms]))


def _pdf_in_a_circle():
    return b"\n".join(
        (
            b"%PDF-1.7",
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
            b"2 0 obj<</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>>endobj",
            b"trailer<</Root 1 0 R>>",
            b"%%EOF",
        )
    )


def _says(action):
    return pdf_of(f"/OpenAction<</S/{action}>>/AA<</WC<</S/{action}>>>>")


def _tiff_bomb():
    """Return a TIFF that says that it is a picture of a thousand million points."""
    tags = ((256, 4, 30_000), (257, 4, 30_000), (258, 3, 8), (259, 3, 8), (262, 3, 1))
    body = b"".join(struct.pack("<HHII", tag, kind, 1, n) for tag, kind, n in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + body + b"\0" * 4


PICTURES = {
    **{name: Hostile(content, REFUSED) for name, content in hostile.BY_KIND.items()},
    **{name: Hostile(content, REFUSED) for name, content in hostile.BROKEN.items()},
    **{name: Hostile(content, REDRAWN) for name, content in hostile.CARRYING.items()},
    "tiff-bomb": Hostile(_tiff_bomb(), REFUSED),
    "gif-of-many-frames": Hostile(_frames("GIF", 400), REFUSED),
    "zip-that-climbs-out": Hostile(
        zipped(**{f"../../../{TRACE}": "x", f"C:\\{TRACE}": "x"}), REFUSED
    ),
    "page-that-is-a-drawing": Hostile(
        f"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
        f"<svg xmlns='http://www.w3.org/2000/svg'>&x;{SCRIPT}</svg>".encode(),
        REFUSED,
    ),
    "script": Hostile(f"fetch('{TRACE}')".encode(), REFUSED),
    "png-bomb-in-its-comment": Hostile(_text_bomb(), REFUSED),
    "png-of-many-frames": Hostile(_frames("PNG", 400), REDRAWN),
    "webp-of-many-frames": Hostile(_frames("WEBP", 200), REDRAWN),
    "jpeg-and-web-page-behind": Hostile(_jpeg() + SCRIPT.encode(), REDRAWN),
    "jpeg-and-script": Hostile(_jpeg(comment=f"*/=1;{TRACE}/*".encode()), REDRAWN),
    "jpeg-with-a-place": Hostile(_jpeg(exif=_exif()), REDRAWN),
    "jpeg-with-broken-exif": Hostile(_jpeg(exif=_exif(broken=True)), REDRAWN),
    "jpeg-with-a-profile": Hostile(_jpeg(icc_profile=TRACE.encode() * 50), REDRAWN),
    "jpeg-of-print-colours": Hostile(_saved(_page("CMYK"), "JPEG"), REDRAWN),
    "png-of-sixteen-bits": Hostile(_saved(_page("I;16"), "PNG"), REDRAWN),
    "png-of-one-bit": Hostile(_saved(_page("1"), "PNG"), REDRAWN),
    "png-of-one-point": Hostile(_saved(_page(size=(1, 1)), "PNG"), REFUSED),
    "png-like-a-thread": Hostile(_saved(_page("L", (1, 20_000)), "PNG"), REFUSED),
    "png-and-page-behind": Hostile(
        _saved(_page(), "PNG") + SCRIPT.encode(), REDRAWN
    ),
    "pdf-locked": Hostile(_locked_pdf(), REFUSED),
    "pdf-cut-off": Hostile(photos.pdf(_page())[:700], REFUSED),
    "pdf-in-a-circle": Hostile(_pdf_in_a_circle(), REFUSED),
    "pdf-of-thousands-of-pages": Hostile(pdf_of("", pages=5000), REFUSED),
    "pdf-of-a-huge-picture": Hostile(_pdf_of_a_huge_picture(), REDRAWN),
    "pdf-of-forms-in-forms": Hostile(_pdf_of_forms_in_forms(), REDRAWN),
    "pdf-like-a-thread": Hostile(_pdf(box="0 0 1 14400"), REFUSED),
    "pdf-that-starts-a-program": Hostile(_says(f"Launch/F({TRACE}.exe)"), REDRAWN),
    "pdf-that-reads-a-file": Hostile(_says(f"GoToR/F(/etc/{TRACE})"), REDRAWN),
    "pdf-that-sends-a-form": Hostile(
        _says(f"SubmitForm/F<</FS/URL/F(http://127.0.0.1:9/{TRACE})>>"), REDRAWN
    ),
    "pdf-with-a-form-of-scripts": Hostile(
        pdf_of(f"/AcroForm<</XFA({SCRIPT.replace('(', '').replace(')', '')})>>"),
        REDRAWN,
    ),
}  # fmt: skip


# --- lists ----------------------------------------------------------------------------

_TYPES = (
    '<?xml version="1.0"?>{dtd}<Types xmlns="http://schemas.openxmlformats.org/package/'
    '2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
    'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
    '"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
    'PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
    'package/2006/relationships">{}</Relationships>'
)
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(cells, *, dtd="", links="", target="worksheets/sheet1.xml"):
    """Return a workbook by hand whose sheet has these cells in its first rows."""
    rows = "".join(f'<row r="{at}">{row}</row>' for at, row in enumerate(cells, 1))
    return zipped(
        **{
            "[Content_Types].xml": _TYPES.format(dtd=""),
            "_rels/.rels": _RELS.format(
                f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
                'Target="xl/workbook.xml"/>'
            ),
            "xl/workbook.xml": f'<?xml version="1.0"?>{dtd}<workbook xmlns="{_SHEET}" '
            f'xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": _RELS.format(
                f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" '
                f'Target="{target}"/>{links}'
            ),
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{dtd}<worksheet '
            f'xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def _cell(text, at="A1"):
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def _table(*texts):
    return [_cell(text, f"A{at}") for at, text in enumerate(("Mã hồ sơ", *texts), 1)]


def _entities():
    """Return the declarations of a text that grows ten times with each."""
    grown = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY e0 "{TRACE}">{grown}]>'


def _lying_zip():
    """Return a workbook whose part is larger than the archive says."""
    packed = bytearray(workbook(_table("x" * 200_000)))
    at = packed.rfind(b"PK\x01\x02")
    struct.pack_into("<I", packed, at + 24, 10)
    return bytes(packed)


def _fetches(host):
    return {
        "outside-entity": workbook(
            _table("&x;"), dtd=f'<!DOCTYPE x [<!ENTITY x SYSTEM "http://{host}/e">]>'
        ),
        "outside-rules": workbook(
            _table("x"), dtd=f'<!DOCTYPE x SYSTEM "http://{host}/d">'
        ),
        "file-of-the-server": workbook(
            _table("&x;"), dtd='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        ),
        "outside-book": workbook(
            _table(TRACE),
            links=f'<Relationship Id="r2" Type="{_OFFICE}/externalLink" '
            f'Target="http://{host}/b.xlsx" TargetMode="External"/>',
        ),
        "sheet-elsewhere": workbook(
            _table(TRACE), target="../../../../../../etc/passwd"
        ),
    }


def tables(host):
    """Return hostile lists; what they name lies at ``host`` or on the server."""
    head = "Mã hồ sơ,Chủ hồ sơ\n"
    return {
        **_fetches(host),
        "bomb-of-entities": workbook(_table("&e9;"), dtd=_entities()),
        "bomb-of-one-part": workbook([*_table("x"), _cell("0" * 90_000_000, "A9")]),
        "bomb-of-many-parts": zipped(
            **{f"xl/{at}.xml": "0" * 2_000_000 for at in range(40)}
        ),
        "bomb-of-marks": workbook([_table("<r/>" * 1_100_000)[1]]),
        "archive-that-lies": _lying_zip(),
        "archive-that-climbs-out": zipped(**{f"../../{TRACE}": "x"}),
        "archive-cut-off": workbook(_table("x"))[:-200],
        "archive-in-name-only": b"PK\x03\x04" + b"\0" * 400,
        "row-of-the-last-line": workbook(
            ['<c r="A1" t="n"><v>1</v></c>', '<c r="XFD1048576"><v>9e999</v></c>']
        ),
        "macros": workbook(_table(TRACE)) + b"vbaProject.bin",
        "old-office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
        "huge-cell": (head + "x" * 3_000_000 + ",y\n").encode(),
        "huge-quoted-cell": (head + '"' + "x\n" * 1_500_000).encode(),
        "nothing-but-separators": b"," * 4_000_000,
        "nothing-but-lines": b"a\n" * 2_000_000,
        "zero-bytes": (head + "a\0b,c\0\n").encode(),
        "other-alphabet": (head + "x,y\n").encode("utf-16"),
        "broken-letters": b"\xff\xfe\xff" * 400,
        "formulas": (
            head + f"=HYPERLINK(\"http://{host}\"),@SUM(1)\n+1,-1\n\t=1,'=1\n"
        ).encode(),
        "page": f"<html>{SCRIPT}</html>\n{head}x,{SCRIPT}\n".encode(),
        "too-many-lines": (head + "x,y\n" * 6000).encode(),
        "too-large": b"a,b\n" * 1_500_000,
    }  # fmt: skip


# --- forms ----------------------------------------------------------------------------

BOUNDARY = "grenze"


def _part(head, body="x"):
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n{body}\r\n"


def _field(name, more=""):
    return f'Content-Disposition: form-data; name="{name}"{more}'


_END = f"--{BOUNDARY}--\r\n"
# Bodies of forms that no browser makes.
FORMS = {
    "thousands-of-parts": _part(_field("a")) * 5000 + _END,
    "thousands-of-files": _part(_field("a", '; filename="a"')) * 5000 + _END,
    "giant-header": _part(_field("a") + f"\r\nX: {'y' * 200_000}") + _END,
    "hundreds-of-headers": _part(_field("a") + "\r\nX: y" * 500) + _END,
    "giant-name": _part(_field("n" * 100_000)) + _END,
    "giant-field": _part(_field("a"), "x" * 3_000_000) + _END,
    "no-name": _part("Content-Disposition: form-data") + _END,
    "no-disposition": _part("X: y") + _END,
    "no-end": _part(_field("a")),
    "cut-off": _part(_field("anh", '; filename="a"'), "x" * 1000)[:-900],
    "empty": "",
    "end-only": _END,
    "other-boundary": _part(_field("a")).replace(BOUNDARY, "andere"),
    "nothing-but-line-ends": "\r\n" * 100_000,
    "form-in-a-form": _part(
        "Content-Type: multipart/mixed; boundary=x\r\n" + _field("a"),
        "--x\r\n\r\n--x--",
    )
    + _END,
}
KINDS = (
    f"multipart/form-data; boundary={BOUNDARY}",
    "multipart/form-data",
    f"multipart/form-data; boundary={'b' * 5000}",
    f"multipart/form-data; charset=idna; boundary={BOUNDARY}",
    f"multipart/form-data; charset=utf-7; boundary={BOUNDARY}",
    "text/xml",
    "application/json",
)
