"""Reads a form with files: each file is counted while it comes in, and none is named.

What is too big is read to its end and thrown away, so that the browser gets an answer
and not a broken connection.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from service.web import csrf
from service.web.dependencies import DeskDep, Posted
from service.web.limits import FewUploadsDep

_MOST_FILES = 12
_MEGABYTE = 1024 * 1024
# A form may hold so many times what one file may; more than this much is not read.
_FILES_AT_ONCE = 4
_READ_TO_THE_END = 12


class FileTooBigError(Exception):
    """A file, or all of them together, is larger than may be sent."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The files of a posted form by their content; ``too_big`` when one was refused."""

    posted: Posted | None
    files: tuple[bytes, ...]
    too_big: bool = False


async def get_upload(
    request: Request, desk: DeskDep, _few: FewUploadsDep = None
) -> Upload:
    """Read the form and refuse one that did not come from a page of ours."""
    most = desk.settings.photo_megabytes * _MEGABYTE
    body = request.stream()
    try:
        form = await _Parser(
            request.headers, _counted(body, most * _FILES_AT_ONCE), most
        ).parse()
    except FileTooBigError:
        await _let_go(body, most * _READ_TO_THE_END)
        return Upload(None, (), too_big=True)
    except (MultiPartException, KeyError, ValueError):
        raise csrf.ForeignFormError("the form is not one with files") from None
    try:
        posted = Posted(form)
        csrf.check(request, posted.text(csrf.FIELD))
        sent = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        files = [await part.read() for part in sent if part.filename or part.size]
    finally:
        await form.close()
    return Upload(posted, tuple(files))


class _Parser(MultiPartParser):
    """Counts the bytes of each part while it comes in."""

    def __init__(
        self, headers: Headers, stream: AsyncGenerator[bytes, None], most: int
    ) -> None:
        super().__init__(headers, stream, max_files=_MOST_FILES, max_fields=40)
        self._most = most
        self._came = 0
        self._whole = False

    async def parse(self) -> FormData:
        """Return the form; one that breaks off in the middle is none."""
        form = await super().parse()
        if not self._whole:
            for part in self._files_to_close_on_error:
                part.close()
            raise MultiPartException("the form breaks off")
        return form

    def on_end(self) -> None:
        self._whole = True
        super().on_end()

    def on_part_begin(self) -> None:
        self._came = 0
        super().on_part_begin()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._came += end - start
        if self._came > self._most:
            raise FileTooBigError
        super().on_part_data(data, start, end)


async def _counted(
    body: AsyncGenerator[bytes, None], most: int
) -> AsyncGenerator[bytes, None]:
    came = 0
    async for chunk in body:
        came += len(chunk)
        if came > most:
            raise FileTooBigError
        yield chunk


async def _let_go(body: AsyncGenerator[bytes, None], most: int) -> None:
    came = 0
    async for chunk in body:
        came += len(chunk)
        if came > most:
            return
