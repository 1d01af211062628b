"""``dat translations``: bring the catalogues up to date, and say what is missing."""

from __future__ import annotations

import argparse

from service.errors import InputError
from service.translations.catalogue import LANGUAGES, SOURCE
from service.translations.update import missing, update

_DOINGS = ("update", "missing")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, and for ``missing`` the language."""
    parser.add_argument("doing", help=" or ".join(_DOINGS))
    parser.add_argument("language", nargs="?", help="such as en; all when left out")


def run(args: argparse.Namespace) -> int:
    """Update the files, or print the texts that have no translation, one a line.

    ``missing`` answers 1 when a text is missing.
    """
    languages = [each for each in LANGUAGES if each != SOURCE]
    if args.doing not in _DOINGS:
        raise InputError(f"{args.doing}: chọn một trong: {', '.join(_DOINGS)}.")
    if args.language not in {None, *languages}:
        raise InputError(f"{args.language}: chọn một trong: {', '.join(languages)}.")
    chosen = [args.language] if args.language else languages
    if args.doing == "update":
        for language in chosen:
            known, all_ = update(language)
            print(f"{language}: {known} / {all_}")
        return 0
    texts = [text for language in chosen for text in missing(language)]
    print("\n".join(texts))
    return 1 if texts else 0
