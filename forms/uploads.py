"""What may be sent as a photo of a paper, told by its first bytes; decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file is by its first bytes, whatever its name says."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    HEIC = "heic"
    GIF = "gif"
    PROGRAM = "program"
    WEB_PAGE = "web_page"
    ARCHIVE = "archive"
    OFFICE = "office"
    EMPTY = "empty"
    OTHER = "other"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
TAKEN = PICTURES | {Kind.PDF}

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"%PDF-", Kind.PDF),
    (b"GIF8", Kind.GIF),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"dex\n", Kind.PROGRAM),
    (b"\xd0\xcf\x11\xe0", Kind.OFFICE),
    (b"PK\x03\x04", Kind.ARCHIVE),
    (b"PK\x05\x06", Kind.ARCHIVE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
)
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
)
_OFFICE_MARK = b"[Content_Types].xml"
_HEAD = 512


class PictureError(Exception):
    """The file cannot be drawn: broken, locked, or not what its first bytes say."""


class TooManyPixelsError(PictureError):
    """The picture would need more memory than a photo of a paper ever does."""


class TooHeavyError(PictureError):
    """Drawing it took more time or memory than a photo of a paper may."""


class TooManyPagesError(PictureError):
    """The PDF has ``pages`` pages, more than are taken."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        super().__init__(f"{pages} pages")

    def __reduce__(self) -> tuple[type[TooManyPagesError], tuple[int]]:
        """Come whole out of the worker."""
        return TooManyPagesError, (self.pages,)


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured on one page; ``width`` and ``height`` are of the original.

    ``sharpness`` is the variance of the Laplacian where there is most of it, as if the
    paper were white, ``brightness`` (0 to 255) that of the paper, ``glare`` the share
    of the page burnt out on paper that is not white itself, ``edge`` how much of the
    writing stands at the most written edge (1: as much as inside), ``turned`` how much
    more the lines run up and down than across (above 1: sideways).
    """

    width: int
    height: int
    sharpness: float
    brightness: int
    glare: float
    edge: float
    turned: float


@dataclass(frozen=True, slots=True)
class Developed:
    """One page as JPEG, with its measures; the sides are those of the JPEG."""

    content: bytes
    width: int
    height: int
    measures: Measures


def kind_of(content: bytes) -> Kind:
    """Return what the file is by its content; names and declared types do not count."""
    if not content:
        return Kind.EMPTY
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
    for start, kind in _STARTS:
        if content.startswith(start):
            office = kind is Kind.ARCHIVE and _OFFICE_MARK in content[:4096]
            return Kind.OFFICE if office else kind
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<svg", b"<?xml", b"<script")):
        return Kind.WEB_PAGE
    return Kind.OTHER
