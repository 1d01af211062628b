"""``dat seal F.pdf -o G.pdf``: put the seal of the installation on a PDF."""

from __future__ import annotations

import argparse

from service.commands.inputs import now, read_file, write_file
from service.errors import InputError
from service.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the PDF and the file to write; the key stands in the settings."""
    parser.add_argument("pdf", metavar="F.pdf")
    parser.add_argument("-o", "--output", metavar="G.pdf", required=True)


def run(args: argparse.Namespace) -> int:
    """Seal with the key of DAT_SEAL_FILE and write the sealed file beside the old."""
    settings = Settings()
    if settings.seal_file is None:
        raise InputError(
            "Chưa có khóa đóng dấu: đặt DAT_SEAL_FILE là tệp PKCS#12 (.p12, .pfx) "
            "và DAT_SEAL_PASSWORD là mật khẩu của tệp."
        )
    from forms.sealing import SealKey  # noqa: PLC0415  an extra of the installation

    key = SealKey.load(settings.seal_file, settings.seal_password.get_secret_value())
    write_file(args.output, key.seal(read_file(args.pdf), now()))
    print(f"Đã đóng dấu số của {key.owner}, ghi vào {args.output}.")
    return 0
