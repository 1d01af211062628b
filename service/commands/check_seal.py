"""``dat check-seal F.pdf``: what seals a PDF carries, and was it changed since."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from service.commands.inputs import VIETNAM, add_json, now, print_json, read_file
from service.settings import Settings

if TYPE_CHECKING:
    from forms.sealing import Seal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the PDF and who is trusted to vouch for a seal."""
    parser.add_argument("pdf", metavar="F.pdf")
    parser.add_argument(
        "--roots",
        metavar="R.pem",
        type=Path,
        help="certificates trusted to vouch for others; DAT_SEAL_ROOTS by default",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Answer 0 when the seals hold, 2 when the file was changed or has no seal."""
    from forms import sealing  # noqa: PLC0415  an extra of the installation

    file = args.roots or Settings().seal_roots
    roots = sealing.load_roots(file) if file else ()
    seals = sealing.check_seals(read_file(args.pdf), roots, now())
    whole = sealing.untouched(seals)
    if args.json:
        rows = [asdict(seal) | {"at": _iso(seal)} for seal in seals]
        print_json({"file": args.pdf, "untouched": whole, "seals": rows})
        return 0 if whole else 2
    for seal in seals:
        print(_told(seal, asked_whom=bool(roots)))
    if whole:
        print("Tệp còn nguyên như khi đóng dấu.")
        return 0
    words = (
        "Tệp đã bị sửa, hoặc có phần thêm vào sau khi đóng dấu. Không dùng bản này."
        if seals
        else "Tệp không có dấu số nào."
    )
    print(words, file=sys.stderr)
    return 2


def _iso(seal: Seal) -> str | None:
    return seal.at.isoformat() if seal.at else None


def _told(seal: Seal, *, asked_whom: bool) -> str:
    when = f"{seal.at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}" if seal.at else "?"
    parts = [f"Dấu của {seal.signer}, tự ghi lúc {when}."]
    parts.append(
        "Phần được đóng dấu còn nguyên."
        if seal.intact
        else "Phần được đóng dấu đã bị sửa."
    )
    if seal.changed_after:
        parts.append("Giấy đã bị đổi bằng phần thêm vào sau dấu này.")
    elif not seal.whole:
        parts.append("Sau dấu này tệp còn có phần thêm vào.")
    if seal.trusted:
        parts.append("Chứng thư do nơi được tin cậy cấp.")
    elif asked_whom:
        parts.append("Chưa tin được: không nơi nào được tin cậy cấp chứng thư này.")
    else:
        parts.append("Chưa biết ai cấp chứng thư: chưa chỉ ra nơi được tin cậy.")
    return " ".join(parts)
