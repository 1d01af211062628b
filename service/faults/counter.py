"""Clerks who move cases over HTTP at a web child that a single trial forks and ends."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI

from service.faults.apart import filed, row_of
from service.faults.browser import Answer, Browser, Fields, form_to, told_by
from service.faults.children import serve
from service.faults.lines import LOOPBACK
from service.faults.people import COLLEAGUES, PASSWORD
from service.main import create_app
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.desk import Desk

_SIGN_IN, _LOOK = "/dang-nhap", 0.01
# How long a child may take to end, in seconds; what it owes by then is given up.
_WITHIN, _LATE = 10.0, 0.3
FILED, MOVED = 2, 3


@dataclass(slots=True)
class Post:
    """The form with which one clerk accepts one case, key and all; its last answer."""

    case: str
    browser: Browser
    path: str
    fields: Fields
    answer: Answer | None = None

    async def send(self) -> None:
        """Send it once more; there is no answer when the road broke."""
        self.answer = None
        self.answer = await self.browser.once(self.path, self.fields)

    @property
    def done(self) -> bool:
        """Return whether the last answer says that the case is accepted."""
        return self.answer is not None and told_by(self.answer) == "done"


@dataclass(slots=True)
class Counter:
    """An open door, the child that serves at it, and the posts of its clerks.

    Nothing may be under way in this process when a child is forked: what clerks do is
    done by ``at_once``, which leaves neither a thread nor a connection.
    """

    desk: Desk
    door: socket.socket
    app: FastAPI
    posts: list[Post] = field(default_factory=list)
    pid: int = 0

    def begin(self, prepare: Callable[[Desk], Desk] = lambda desk: desk) -> None:
        """Fork a web child; ``prepare`` changes its desk, and only its."""
        self.desk.database.dispose()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid:
            return
        try:
            # The server raises the signal once more when it has ended in good order.
            signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
            gc.enable()
            serve(self.app, prepare(self.desk), self.door)
        except BaseException:  # noqa: BLE001  nothing may run on in the copy
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def end(self, *, told: bool = False) -> int | None:
        """Tell the child to stop; return its status, None when it had to be killed.

        One that is ``told`` already is only waited for.
        """
        if self.pid and not told:
            os.kill(self.pid, signal.SIGTERM)
        until = time.monotonic() + _WITHIN
        while self.pid and time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return status
            time.sleep(_LOOK)
        self.kill()
        return None

    def kill(self) -> None:
        """Kill the child if there is one."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def at_once(self, posts: Sequence[Post], stop: Callable[[], bool]) -> None:
        """Let every clerk send the posts that are hers, one after the other.

        When ``stop`` says so, what is not answered a moment later is given up.
        """
        asyncio.run(self._at_once(posts, stop))

    async def _at_once(self, posts: Sequence[Post], stop: Callable[[], bool]) -> None:
        browsers = {id(each.browser): each.browser for each in posts}

        async def one(browser: Browser) -> None:
            for post in posts:
                if post.browser is browser:
                    await post.send()
            await browser.close()

        clerks = [asyncio.create_task(one(each)) for each in browsers.values()]
        late = set(clerks)
        while late and not stop():
            _, late = await asyncio.wait(late, timeout=_LOOK / 2)
        if late:
            _, late = await asyncio.wait(late, timeout=_LATE)
        for each in late:
            each.cancel()
        await asyncio.gather(*clerks, return_exceptions=True)
        for browser in browsers.values():
            await browser.close()

    def reads(self, *paths: str) -> tuple[Answer, ...]:
        """Return what a clerk reads now at some addresses."""

        async def read() -> tuple[Answer, ...]:
            browser = self.posts[0].browser
            pages = [await browser.get(path) for path in paths]
            await browser.close()
            return tuple(pages)

        return asyncio.run(read())

    def versions(self) -> dict[str, int]:
        """Return the version of every case."""
        return {each.case: row_of(self.desk, each.case).version for each in self.posts}

    def settled(self) -> list[str]:
        """Send every post again with its key; return what is not as if sent once."""
        self.at_once(self.posts, lambda: False)
        wrong = [
            f"{post.case}: sent again: {post.answer and post.answer.status}"
            for post in self.posts
            if not post.done
        ]
        wrong += [
            f"{case}: at {version} after all"
            for case, version in self.versions().items()
            if version != MOVED
        ]
        if not verify_audit(self.desk).ok:
            wrong.append("the histories do not hold")
        return wrong


@contextmanager
def counter(desk: Desk, cases: int) -> Iterator[Counter]:
    """Open a counter whose clerks have the forms of so many new cases before them."""
    app = create_app(desk)
    with socket.create_server((LOOPBACK, 0), backlog=512) as door:
        opened = Counter(desk, door, app)
        codes = [filed(desk).case for _ in range(cases)]
        office = row_of(desk, codes[0]).office_id
        try:
            opened.begin()
            opened.posts = asyncio.run(_posts(door.getsockname()[1], office, codes))
            opened.end()
            yield opened
        finally:
            opened.kill()


async def _posts(port: int, office: str | None, codes: list[str]) -> list[Post]:
    clerks = []
    for number in range(COLLEAGUES):
        browser = Browser(port)
        form = form_to((await browser.get(_SIGN_IN)).text, _SIGN_IN)
        typed = {"ten": f"{office}-{number}", "mat-khau": PASSWORD}
        plain = form.plain() if form else []
        sent = [each for each in plain if each[0] not in typed]
        await browser.once(_SIGN_IN, [*sent, *typed.items()])
        clerks.append(browser)
    posts = [
        await _post(clerks[place % COLLEAGUES], code)
        for place, code in enumerate(codes)
    ]
    for browser in clerks:
        await browser.close()
    return posts


async def _post(browser: Browser, code: str) -> Post:
    case = f"/can-bo/ho-so/{code}"
    path = f"{case}/viec/accept"
    form = form_to((await browser.get(case)).text, path)
    form = form or form_to((await browser.get(path)).text, path)
    if form is None:
        raise LookupError(path)
    ticked = [
        (each.name, value)
        for each in form.entries.values()
        if each.kind == "checkbox"
        for value in each.options
    ]
    names = {name for name, _ in ticked}
    plain = [each for each in form.plain() if each[0] not in names]
    return Post(code, browser, path, plain + ticked)
