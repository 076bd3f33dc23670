"""What each kind of account may do, as the platform's table of interface privileges says."""

from __future__ import annotations

import pytest

from bot.handlers.buttons import seal
from rules import accounts
from rules.accounts import GRANTS, Power, may, powers

RECEIVING = {Power.RECEIVE, Power.REPLY}


def test_each_kind_of_account_has_its_powers() -> None:
    assert powers("subscription", verified=False) == RECEIVING
    assert powers("service", verified=False) == {*RECEIVING, Power.MENU}
    assert powers("subscription", verified=True) == {
        *RECEIVING,
        Power.CUSTOMER,
        Power.MENU,
        Power.MEDIA,
        Power.USERS,
    }
    assert powers("service", verified=True) == set(Power)


def test_verification_never_takes_a_power_away() -> None:
    for kind in ("service", "subscription"):
        assert powers(kind, verified=False) < powers(kind, verified=True)


def test_every_power_names_where_the_platform_says_so() -> None:
    assert set(GRANTS) == set(Power)
    assert [power for power, grant in GRANTS.items() if not grant.source or not grant.accounts] == []


def test_an_unknown_kind_is_no_account() -> None:
    with pytest.raises(ValueError, match="expected service or subscription, found 'miniprogram'"):
        may("miniprogram", verified=True, power=Power.REPLY)


def test_the_limits_fit_each_other() -> None:
    assert len("。".encode()) * (accounts.PART_CHARACTERS + len("（重发）")) <= accounts.TEXT_BYTES
    assert len(seal(b"key", 2**62, 999)) <= accounts.MSGMENU_ID_BYTES
    assert accounts.MSGMENU_HEAD_BYTES < accounts.TEXT_BYTES < accounts.CALLBACK_BYTES
    assert (accounts.CUSTOMER_AFTER_MESSAGE, accounts.CUSTOMER_MESSAGE_SECONDS) == (5, 172_800)
    assert (accounts.CUSTOMER_AFTER_EVENT, accounts.CUSTOMER_EVENT_SECONDS) == (3, 60)
