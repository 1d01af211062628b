"""``dat rehearse S.json``: the whole journey on a temporary database, to the end."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from service.commands.inputs import add_situation, books, print_json, read_situation
from service.commands.reports import rehearsal_text
from service.composition import build_press, rehearsal_desk
from service.settings import Settings
from service.usecases.playing.rehearse import rehearse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a situation, the folder for the papers, and the seed of chance."""
    add_situation(parser)
    parser.add_argument("--out", metavar="DIR", help="write every paper here")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same play")


def run(args: argparse.Namespace) -> int:
    """Play it and print every move; answer 1 when the end was not reached."""
    loaded = books()
    situation, _ = read_situation(args.situation, loaded)
    out_dir = Path(args.out) if args.out else None
    if out_dir:
        out_dir.mkdir(parents=True, exist_ok=True)
    press = build_press(Settings())
    try:
        desk = partial(rehearsal_desk, law=loaded.law, press=press)
        answer = rehearse(desk, situation, args.seed, out_dir)
    finally:
        press.close()
    if args.json:
        print_json(answer)
    else:
        print(rehearsal_text(answer))
    return 0 if answer["outcome"] == "done" else 1
