"""The first account of an installation: whoever runs the machine opens it, once."""

from __future__ import annotations

from service.auth.accounts import NewAccount, add_account
from service.auth.actors import Actor
from service.errors import InputError
from service.usecases.desk import Desk

THERE_IS_ONE = (
    "Đã có tài khoản quản trị dùng được; người đó thêm người khác"
    " ở /quan-tri/tai-khoan."
)


def first_administrator(desk: Desk, name: str, display_name: str) -> str:
    """Store the account and return its password, which must be changed at once.

    Raises InputError when there is an administrator already, or for a bad name.
    """
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        if uow.people.has_administrator(tenant):
            raise InputError(THERE_IS_ONE)
    password = desk.ids.token()[:24]
    new = NewAccount(name, password, display_name, "administrator")
    actor = Actor("administrator", "dat administrator", tenant)
    add_account(desk, actor, new, desk.ids.new_id(), must_change=True)
    return password
