"""Develops photos of papers in workers with limits; no decoder runs where pages are."""

from __future__ import annotations

from forms.uploads import Developed, Kind, TooHeavyError
from forms.workers import WorkerLostError, Workers


class Darkroom:
    """Workers that decode; they start with the first photo, and end with ``close``."""

    def __init__(
        self, *, workers: int = 1, seconds: float = 20, megabytes: int = 400
    ) -> None:
        self._workers = Workers(
            _warm_up, workers=workers, seconds=seconds, megabytes=megabytes
        )

    def develop(
        self, content: bytes, kind: Kind, most_pages: int
    ) -> tuple[Developed, ...]:
        """Return the pages of a file, drawn anew as JPEG.

        Raises a ``PictureError`` for what cannot be drawn, ``TooHeavyError`` among them
        for what takes more time or memory than a photo may.
        """
        try:
            return self._workers.run(_develop, content, kind, most_pages)
        except (TimeoutError, MemoryError, WorkerLostError):
            raise TooHeavyError from None

    def close(self) -> None:
        """Finish what is being developed, then end the workers."""
        self._workers.close()


def _develop(content: bytes, kind: Kind, most_pages: int) -> tuple[Developed, ...]:
    from forms.pictures import develop  # noqa: PLC0415  decoders load in a worker only

    return develop(content, kind, most_pages)


def _warm_up() -> None:
    from forms.pictures import warm_up  # noqa: PLC0415  decoders load in a worker only

    warm_up()
