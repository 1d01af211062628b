"""By which agreements texts are sent: what an installation fills in."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from integrations.loopback import is_loopback
from integrations.secrets import NONE, Secret


class _Account(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ZaloTemplate(_Account):
    """A template that Zalo approved; each of its places gets words, {text} our text."""

    id: str
    places: dict[str, str] = Field(default_factory=lambda: {"noi_dung": "{text}"})


class ZaloAccount(_Account):
    """An official account whose app sends notification messages.

    ``templates`` are the approved ones by our own name of the message; what is not
    there is not sent by Zalo. ``*`` stands for every other one.
    """

    address: str = "https://business.openapi.zalo.me"
    token_address: str = "https://oauth.zaloapp.com"  # noqa: S105  an address
    app_id: str = ""
    app_secret: Secret = NONE
    refresh_token: Secret = NONE
    templates: dict[str, ZaloTemplate] = Field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        """Return whether all is there that the first token needs."""
        return bool(
            self.app_id
            and self.app_secret.get_secret_value()
            and self.refresh_token.get_secret_value()
        )

    def template(self, name: str) -> ZaloTemplate | None:
        """Return the approved template for a message of ours."""
        return self.templates.get(name) or self.templates.get("*")


class SmsAccount(_Account):
    """A provider of text messages, or the adapter before him, and our brand name."""

    address: str = ""
    key: Secret = NONE
    brand: str = ""

    @property
    def is_set(self) -> bool:
        """Return whether a message can be sent."""
        return bool(self.address and self.brand and self.key.get_secret_value())


class EmailAccount(_Account):
    """A mail server that takes our mail.

    ``security`` none is for a server on the same machine; ``trusted`` is a file of
    certificates when the usual ones do not hold for it.
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: Secret = NONE
    sender: str = ""
    name: str = "Dắt"
    subject: str = "Tin báo về hồ sơ đất đai"
    trusted: str | None = None

    @property
    def is_set(self) -> bool:
        """Return whether mail can be handed over."""
        return bool(self.host and "@" in self.sender)

    @model_validator(mode="after")
    def _refuse_an_open_line(self) -> Self:
        if self.security == "none" and self.host and not is_loopback(self.host):
            raise ValueError("security none: only for a mail server on this machine")
        return self


class Accounts(_Account):
    """All of them; one that is not set is not offered to anybody."""

    zalo: ZaloAccount = ZaloAccount()
    sms: SmsAccount = SmsAccount()
    email: EmailAccount = EmailAccount()

    @property
    def any_set(self) -> bool:
        """Return whether there is any agreement at all."""
        return self.zalo.is_set or self.sms.is_set or self.email.is_set
