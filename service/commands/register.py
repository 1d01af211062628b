"""``dat register --into FOLDER``: the register of processing, the impact assessment."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from forms.register_sheet import register_sheet
from service.commands.filling import write_pdf
from service.commands.inputs import today
from service.errors import InputError
from service.settings import Settings
from service.usecases.custody.processing import as_json, impact_file, register

FILES = {"so-xu-ly-du-lieu": register, "danh-gia-tac-dong": impact_file}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder that the files go to."""
    parser.add_argument("--into", type=Path, metavar="FOLDER", required=True)


def run(args: argparse.Namespace) -> int:
    """Write both files, for people and for machines."""
    settings, folder = Settings(), args.into
    for name, made in FILES.items():
        sheet = made(settings, today())
        told = json.dumps(as_json(sheet), ensure_ascii=False, indent=1)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.json").write_text(f"{told}\n", "utf-8")
        except OSError as error:
            raise InputError(f"{folder}: không ghi được ({error.strerror}).") from error
        write_pdf(str(folder / f"{name}.pdf"), register_sheet(sheet))
        blanks = sum(not each.text for part in sheet.parts for each in part.entries)
        print(f"{folder / name}.pdf: {sheet.title}, {blanks} chỗ cơ quan phải điền.")
    return 0
