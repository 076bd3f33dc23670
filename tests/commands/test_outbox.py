"""An operator sees which messages are not through and why, gives nobody's words away, and sends one again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.talk.messages import BOLD, PLAIN, Outgoing
from storage.database import Database, sqlite_url
from storage.letters import outgoing_body
from storage.migrate import migrate
from storage.tables import addresses, inbox, outbox, people, seats, units
from storage.tables_post import attempts
from tests.commands.program import call, deployment

#: 2024-03-01 10:00 in Asia/Shanghai.
AT = 1_709_258_400_000_000
HOUR = 3_600_000_000
OPENID, CHAT, MAILBOX = "o-12345678", "100200300", "zhang@example.cn"
TEXT = f"请于{BOLD}周五{PLAIN}前报送。\n谢谢"
MAIL = '[mail]\nhost = "127.0.0.1"\nsender = "xinshi@example.cn"\n'
WECHAT = '[wechat]\napp_id = "wx0000000000000000"\n'


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "MAIL_PASSWORD"):
        monkeypatch.delenv(f"XINSHI_{name}", raising=False)


def _do(config: Path, *statements: Any) -> list[Any]:
    """Rows of the last statement, run in the deployment's database."""

    async def run() -> list[Any]:
        database = Database.open(sqlite_url(config.parent / "data"))
        await migrate(database)
        async with database.write() as connection:
            for statement in statements:
                found = await connection.execute(statement)
            rows = [tuple(row) for row in found] if found.returns_rows else []
        await database.close()
        return rows

    return asyncio.run(run())


def _deployed(folder: Path, more: str = MAIL) -> Path:
    """A deployment with one liaison, on WeChat, Telegram and e-mail."""
    (folder / "data").mkdir()
    config = deployment(folder, more=more)
    _do(
        config,
        insert(units).values(id=1, campaign="xian-2024", name="碑林区", klass="district"),
        insert(people).values(id=2, name="张老师", channel="wechat", address=OPENID, seat=3),
        insert(seats).values(id=3, person=2, campaign="xian-2024", role="liaison", unit=1),
        *(
            insert(addresses).values(id=name, person=2, since=place)
            for place, name in enumerate((f"wechat:{OPENID}", f"telegram:{CHAT}", f"mail:{MAILBOX}"))
        ),
    )
    return config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return _deployed(tmp_path)


def _letter(config: Path, number: int, **values: Any) -> None:
    """A message to the liaison: a dead broadcast to WeChat unless said otherwise."""
    kind, text = values.setdefault("kind", "broadcast"), values.pop("text", TEXT)
    kept = {"address": f"wechat:{OPENID}", "person": 2, "at": AT, "state": "dead", "campaign": "xian-2024", **values}
    _do(config, insert(outbox).values(id=number, body=outgoing_body(Outgoing(text, kind=kind)), **kept))


def _try(config: Path, number: int, letter: int, **values: Any) -> None:
    kept: Mapping[str, Any] = {"address": f"wechat:{OPENID}", "way": "customer", "at": AT + HOUR, **values}
    _do(config, insert(attempts).values(id=number, letter=letter, **kept))


def _kept(config: Path, number: int) -> tuple[Any, ...]:
    columns = (outbox.c.state, outbox.c.again, outbox.c.tries, outbox.c.why)
    (row,) = _do(config, select(*columns).where(outbox.c.id == number))
    return tuple(row)


def test_the_list_tells_number_time_reader_and_channel(config: Path) -> None:
    _letter(config, 10, why="contact.nobody")
    _letter(config, 11, state="due", kind="notice", address=f"telegram:{CHAT}")
    _letter(config, 12, state="sent")
    _letter(config, 13, state="unknown", why="a \x1b[2J cut", person=99, campaign="")
    result = call("outbox", "list", "--config", config)
    assert (result.exit_code, result.stdout) == (
        0,
        "13\t2024-03-01 10:00:00\t还没有加入的人\t微信\t群发\t不能确定送到没有\ta \\x1b[2J cut\n"
        "11\t2024-03-01 10:00:00\t碑林区 联络员\tTelegram\t通知\t待发\t\n"
        "10\t2024-03-01 10:00:00\t碑林区 联络员\t微信\t群发\t没有送到，不再试\t没有可用的渠道，需要打电话联系。\n",
    )


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (("--state", "dead"), [10]),
        (("--state", "sending"), []),
        (("--campaign", "xian-2024"), [11, 10]),
        (("-n", "2"), [13, 11]),
        (("--most", "1", "--state", "unknown"), [13]),
    ],
)
def test_the_list_is_narrowed(config: Path, options: tuple[str, ...], numbers: list[int]) -> None:
    _letter(config, 10)
    _letter(config, 11, state="due")
    _letter(config, 13, state="unknown", person=99, campaign="")
    result = call("outbox", "list", *options, "--config", config)
    assert [int(line.split("\t")[0]) for line in result.stdout.splitlines()] == numbers
    assert result.stderr == ("" if numbers else "没有这样的消息。\n")


def test_a_campaign_or_state_that_there_is_not_is_said(config: Path) -> None:
    result = call("outbox", "list", "--campaign", "nope", "--config", config)
    assert (result.exit_code, result.stderr) == (1, "配置里没有活动“nope”；有：xian-2024。\n")
    assert call("outbox", "list", "--state", "sent", "--config", config).exit_code == 2


def test_a_code_that_opens_something_is_shown_to_nobody_but_its_reader(config: Path) -> None:
    text = "请发给我：\x027F3K9-QX2MD\x03\nhttps://t.me/some_bot?start=7F3K9QX2MD\nhttps://example.org/i/7F3K9QX2MD"
    _letter(config, 10, kind="reply", state="held", text=text)
    listed = call("outbox", "list", "--text", "--config", config).stdout
    told = call("outbox", "why", "10", "--text", "--config", config).stdout
    assert ["7F3K9" in each or "QX2MD" in each for each in (listed, told)] == [False, False]
    assert listed.count("（码，不显示）") == 3


def test_words_and_addresses_are_shown_only_when_asked_for(config: Path) -> None:
    _letter(config, 10)
    _letter(config, 11, kind="mail_code", address=f"mail:{MAILBOX}")
    plain = call("outbox", "list", "--config", config).stdout + call("outbox", "why", "10", "--config", config).stdout
    assert [word for word in ("周五", OPENID, "张老师", MAILBOX) if word in plain] == []
    told = [line.split("\t")[7:] for line in call("outbox", "list", "--text", "--config", config).stdout.splitlines()]
    assert told == [[MAILBOX, "（验证码，不显示）"], [OPENID, "请于周五前报送。\\n谢谢"]]
    lines = call("outbox", "why", "10", "--text", "--config", config).stdout.splitlines()
    assert lines[2:4] == [f"  给    碑林区 联络员，微信 {OPENID}", "  内容  请于周五前报送。\\n谢谢"]


def test_why_tells_every_try_and_every_way(tmp_path: Path) -> None:
    config = _deployed(tmp_path, MAIL + WECHAT)
    _letter(config, 10, state="due", due=AT + 2 * HOUR, tries=2, done=1, why="45015")
    _try(config, 20, 10, outcome="shut", why="45015")
    _try(config, 21, 10, at=AT + 2 * HOUR, way="template", outcome="unsure", why="ReadError")
    _do(config, update(addresses).where(addresses.c.id == f"telegram:{CHAT}").values(state="blocked"))
    now = time.time_ns() // 1000
    _do(
        config, insert(inbox).values(id="wechat:1", number=1, address=f"wechat:{OPENID}", at=now - 50 * HOUR, body="{}")
    )
    result = call("outbox", "why", "10", "--config", config)
    assert (result.exit_code, result.stdout) == (
        0,
        "群发，待发：45015\n"
        "  写于  2024-03-01 10:00:00\n"
        "  给    碑林区 联络员，微信\n"
        "  再试  2024-03-01 12:00:00 起，已试过 2 次没有成\n"
        "  分条  已送到 1 条\n"
        "  万一  发到一半断了就不再发，记为不能确定（once）\n"
        "尝试：\n"
        "  2024-03-01 11:00:00  微信 客服消息：这条路现在走不通（45015）\n"
        "  2024-03-01 12:00:00  微信 模板消息：断在半途，不能确定（ReadError）\n"
        "现在来看（按这里的配置和环境变量）：\n"
        "  1. 微信客服消息：对方最近一次来消息是 2 天 2 小时前，48 小时内才能发（最多 5 条）。\n"
        "  2. 微信模板消息：没有为这类消息（broadcast）配置模板。\n"
        "  3. Telegram：这个渠道现在没有启用。\n"
        "  4. 发到邮箱。\n",
    )


def test_why_names_the_way_of_what_is_through_and_plans_no_more(config: Path) -> None:
    _letter(config, 10, state="sent", via=f"wechat:{OPENID} customer", kind="reply")
    result = call("outbox", "why", "10", "--config", config)
    assert result.stdout.splitlines() == [
        "答复，已送到",
        "  写于  2024-03-01 10:00:00",
        "  给    碑林区 联络员，微信",
        "  经由  微信 客服消息",
        "  万一  发到一半断了就再发一次，并注明“（重发）”（must）",
        "尝试：没有逐次记录（Telegram 和邮件只记最后一次的原因）。",
    ]
    assert (
        f"  经由  微信 客服消息 {OPENID}"
        in call("outbox", "why", "10", "--text", "--config", config).stdout.splitlines()
    )


@pytest.mark.parametrize(
    ("kind", "address", "more", "last"),
    [
        ("notice", f"mail:{MAILBOX}", MAIL, "  1. 发到邮箱。"),
        ("mail_code", f"mail:{MAILBOX}", "", "  1. 邮件：这个渠道现在没有启用。"),
        ("reply", f"wechat:{OPENID}", "", "  2. 这是对对方消息的答复，只发回原来的对话；等对方再来消息时一并送达。"),
        ("notice", f"wechat:{OPENID}", "", "  4. 没有可用的渠道，需要打电话联系。"),
    ],
)
def test_why_ends_with_what_comes_of_it(tmp_path: Path, kind: str, address: str, more: str, last: str) -> None:
    config = _deployed(tmp_path, more)
    _letter(config, 10, kind=kind, address=address, state="held")
    assert call("outbox", "why", "10", "--config", config).stdout.splitlines()[-1] == last


@pytest.mark.parametrize("command", ["why", "again"])
def test_a_number_that_there_is_not_is_said(config: Path, command: str) -> None:
    result = call("outbox", command, "77", "--config", config)
    said = "没有编号是 77 的消息，请从 ./xinshi outbox list 的结果里复制。\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)


def test_what_was_given_up_is_due_again_and_the_wish_is_told(config: Path) -> None:
    _letter(config, 10, tries=16, why="blocked")
    _try(config, 20, 10, outcome="wrong")
    result = call("outbox", "again", "10", "--config", config)
    assert (result.exit_code, result.stdout) == (0, "已改为待发；信使在运行的话，10 秒内就会去送。\n")
    assert _kept(config, 10) == ("due", 0, 0, "")
    told = call("outbox", "why", "10", "--config", config).stdout.splitlines()
    assert "运行人员让它再发一次" in told[told.index("尝试：") + 2]


@pytest.mark.parametrize(
    ("state", "outcome", "again"),
    [("unknown", "sent", 1), ("dead", "unsure", 0), ("dead", "", 0), ("held", "unsure", 0)],
)
def test_what_may_have_arrived_is_asked_about_first(config: Path, state: str, outcome: str, again: int) -> None:
    _letter(config, 10, state=state)
    _try(config, 20, 10, outcome=outcome)
    result = call("outbox", "again", "10", "--config", config)
    assert (result.exit_code, "可能已经送到" in result.stdout) == (1, True)
    assert _kept(config, 10) == (state, 0, 0, "")
    assert call("outbox", "again", "10", "--yes", "--config", config).exit_code == 0
    assert _kept(config, 10) == ("due", again, 0, "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "sent"}, "这一条已经送到，不用重发。\n"),
        ({"state": "due"}, "这一条已经在待发，不用重发。\n"),
        ({"state": "sending"}, "这一条正在发送，不用重发。\n"),
        ({"state": "pulled"}, "这一条在网页里等对方来看，不用重发。\n"),
        ({"state": "passive"}, "这一条正在当场答复，不用重发。\n"),
        ({"state": "dead", "why": "superseded"}, "这一条已经被后来的一条取代，不用重发。\n"),
    ],
)
def test_nothing_else_is_sent_again(config: Path, values: dict[str, str], said: str) -> None:
    _letter(config, 10, **values)
    result = call("outbox", "again", "10", "--yes", "--config", config)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)
    assert _kept(config, 10)[0] == values["state"]
