"""The national portal in process: one dossier for each code, and the steps of work."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from integrations.messages import (
    Acknowledgement,
    Message,
    PortalDossier,
    PortalRecord,
)
from integrations.portal.wire import CODE, PROGRESS, STATUS, SYNCHRONISE
from integrations.twin import Twin


class PortalPost(Message):
    """What one service of the portal was sent."""

    service: str
    body: dict[str, JsonValue]

    @property
    def code(self) -> str:
        """Return the code of the dossier."""
        return str(self.body.get(CODE, ""))


@dataclass(slots=True)
class PortalSandbox:
    """A twin of the portal. It knows no keys: the same state again changes nothing."""

    twin: Twin
    _posts: dict[tuple[str, str], list[tuple[str, PortalPost]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        for key, post in self.twin.seen.items():
            if isinstance(post, PortalPost):
                self._posts.setdefault((post.service, post.code), []).append(
                    (key, post)
                )

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def synchronise(self, record: PortalRecord, *, key: str) -> Acknowledgement:
        """Keep the dossier as it stands and the step of work, each once."""
        del key
        self.post(PortalPost(service=SYNCHRONISE, body=record.dossier))
        return self.post(PortalPost(service=PROGRESS, body=record.progress))

    def post(self, post: PortalPost) -> Acknowledgement:
        """Keep what a service was sent, unless it says what stands there already.

        A dossier is compared with how it stands, a step with every step before it.
        """
        mine = self._posts.setdefault((post.service, post.code), [])
        before = mine[-1:] if post.service == SYNCHRONISE else mine
        known = next((key for key, each in before if each == post), None)
        key = known or f"{post.service}-{post.code}-{len(mine)}"
        try:
            return self.twin.take(key, post)[0]
        finally:
            if known is None and key in self.twin.seen:
                mine.append((key, post))

    def look_up(self, code: str) -> PortalDossier | None:
        """Return the newest status that it was told of a dossier."""
        self.twin.answer()
        mine = self._posts.get((SYNCHRONISE, code))
        if not mine:
            return None
        return PortalDossier(code=code, status=str(mine[-1][1].body[STATUS]))

    def told(self, code: str) -> tuple[PortalRecord, ...]:
        """Return each state of a dossier that it was told, with its step of work."""
        states = self._posts.get((SYNCHRONISE, code), [])
        steps = self._posts.get((PROGRESS, code), [])
        return tuple(
            PortalRecord(code=code, dossier=state.body, progress=step.body)
            for (_, state), (_, step) in zip(states, steps, strict=False)
        )
