"""The doors in the second wall: routes where it shows only on the way whose a thing is.

Everywhere else the transactions of a citizen or helper reach what is her own and no
further (``service.auth.reach``). Behind a door only the policies stand, so a route is
one for a reason that is told here, and a test counts them.
"""

from __future__ import annotations

from collections.abc import Mapping

_BY_CODE = "whoever has the code may see where its case stands"
_BY_FACTOR = "the number of the matter, or digits of the applicant, open it"
_BY_PHONE = "a phone that was proved shows the matters that know it"
_BY_IDENTITY = "whose matters it opens is known when the provider has answered"
_ASKS = "a helper asks, or has asked, for a matter that is not his yet"
_LEADS = "who leads a team sees what its members did"
DOORS: Mapping[str, str] = {
    "/tra-cuu": _BY_CODE,
    "/tra-cuu/dong": _BY_CODE,
    "/tra-cuu/lich.ics": _BY_CODE,
    "/tra-cuu/rut": _BY_FACTOR,
    "/tra-cuu/nop-tien": _BY_FACTOR,
    "/tra-cuu/danh-gia": _BY_FACTOR,
    "/mo-lai": _BY_FACTOR,
    "/nguoi-da-giu": "a kept person is taken by a code and number of her own",
    "/ho-so/{code}/lay-nguoi/{role}": "the kept person is of another matter",
    "/ho-so/{code}/quyen/xoa": "what offices and counts keep of her goes too",
    "/tra-cuu/dien-thoai/viec": _BY_PHONE,
    "/dang-nhap/vneid/ve": _BY_IDENTITY,
    "/viec-cua-toi/mo": _BY_IDENTITY,
    "/viec/{goal}": "a matter begins here, and is nobody's before",
    "/ho-so/{code}/nho-giup": "how many others a helper helps today is counted",
    "/dung-giup": "a number on a slip of paper ends the help",
    "/ho-tro": _ASKS,
    "/ho-tro/buoi": _ASKS,
    "/ho-tro/buoi.pdf": _ASKS,
    "/ho-tro/them": _ASKS,
    "/ho-tro/xin/{request_id}": _ASKS,
    "/ho-tro/xin/{request_id}/{act}": _ASKS,
    "/ho-tro/xin/{request_id}/giay.pdf": _ASKS,
    "/ho-tro/to": _LEADS,
    "/ho-tro/to.csv": _LEADS,
    "/ho-tro/to/bat-thuong": _LEADS,
    "/api/v1/callbacks/{office}": "an office signs with its key",
    "/readyz": "counts of the whole installation",
    "/metrics": "counts of the whole installation",
}
