"""What the pages share that set a device up: its key as a picture, recovery codes."""

from __future__ import annotations

import segno
from fastapi import Request
from fastapi.responses import Response

from service.auth.second_factor import NewKey
from service.web.rendering import page


def device_context(key: NewKey) -> dict[str, object]:
    """Return what a page needs that shows a key to a device."""
    picture = segno.make_qr(key.address).svg_data_uri(scale=4, border=4)
    return {"key": key, "picture": picture}


def codes_page(request: Request, codes: tuple[str, ...], on: str) -> Response:
    """Show recovery codes, once, as a sheet that can be printed; then on."""
    return page(request, "staff/codes.html", {"codes": codes, "on": on})
