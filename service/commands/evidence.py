"""``dat evidence --to FILE.zip``: what who assesses the system asks to see."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from service.commands import evidence_words as say
from service.commands.desks import migrated_desk
from service.commands.evidence_pack import check, gathered, signed, zipped
from service.commands.inputs import write_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where the pack goes, or which one is checked."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", metavar="FILE.zip", help="where the pack is written")
    what.add_argument("--check", type=Path, metavar="FILE.zip", help="a pack to check")
    parser.add_argument(
        "--key", metavar="PUBLIC", help="who must have signed it; see dat keys public"
    )
    parser.add_argument(
        "--prove",
        action="store_true",
        help="restore the newest backup beside now, as one more proof",
    )


def run(args: argparse.Namespace) -> int:
    """Write a pack, or answer 1 when one is not as it was written and signed."""
    if args.check is not None:
        troubles = check(args.check, args.key)
        print("\n".join(troubles) or say.AS_SIGNED)
        return 1 if troubles else 0
    desk = migrated_desk()
    try:
        pack = gathered(desk, prove=args.prove)
        files = signed(pack.files, desk.ring)
    finally:
        desk.press.close()
    write_file(args.to, zipped(files))
    counted: Counter[str] = Counter(each.status for each in pack.answers)
    print(f"{args.to}: {say.how_many(len(files), counted)}")
    if say.SIGNATURE not in files:
        print(say.UNSIGNED)
    return 0
