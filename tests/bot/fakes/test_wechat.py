"""The fake WeChat platform calls a program back as the real one does, and sees what is wrong with its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from wechatpy.crypto import WeChatCrypto

from bot.fakes import FakeClock, Silence
from bot.fakes.trouble import Step, Trouble
from bot.fakes.wechat import FAILURE, Account, FakeWeChat, Mishaps, NotFollowing, NothingToPress
from tests.bot.fakes.wechat_program import Program, together

START = datetime(2024, 3, 1, 2, tzinfo=UTC)
ACCOUNT = Account()
MENU = {
    "button": [
        {"type": "click", "name": "继续", "key": "/resume"},
        {"name": "更多", "sub_button": [{"type": "view", "name": "网页", "url": "https://example.org/"}]},
    ]
}


@pytest.fixture
def program() -> Program:
    return Program(Account())


@pytest.fixture
async def fake(program: Program) -> AsyncIterator[FakeWeChat]:
    async with together(FakeWeChat(clock=FakeClock(START), within=0.5), program) as fake:
        yield fake


async def test_a_text_is_answered_in_encrypted_mode(fake: FakeWeChat, program: Program) -> None:
    person = fake.person("o-wang", "王")
    delivery = await person.say("你好 <xml>&amp;")
    assert (delivery.outcome, delivery.text) == ("passive", "您说：你好 <xml>&amp;")
    assert [(one.way, one.text) for one in person.timeline] == [
        ("said", "你好 <xml>&amp;"),
        ("passive", "您说：你好 <xml>&amp;"),
    ]
    assert (program.heard[0].source, program.heard[0].target) == ("o-wang", "gh_000000000000")
    assert fake.violations == []


async def test_a_text_is_answered_in_plain_mode() -> None:
    program = Program(Account(), encrypted=False)
    async with together(FakeWeChat(encrypted=False), program) as fake:
        assert (await fake.person().say("在吗")).text == "您说：在吗"
        assert fake.violations == []


async def test_text_that_breaks_out_of_its_cdata_is_found_out(fake: FakeWeChat) -> None:
    delivery = await fake.person().say("]]></Content><MsgType>image</MsgType><Content><![CDATA[")
    assert delivery.outcome == "failure"
    assert fake.violations == [f"callback: {delivery.why}"]


async def test_every_kind_of_message_arrives_as_what_it_is(fake: FakeWeChat, program: Program) -> None:
    person = fake.person()
    for deed in (
        person.say("1"),
        person.send_image(),
        person.send_video(),
        person.send_video(short=True),
        person.voice("你好"),
        person.location(),
        person.link(),
        person.send_file("附件.docx"),
        person.sticker(),
    ):
        await deed
    assert [one._data["MsgType"] for one in program.heard] == (
        ["text", "image", "video", "shortvideo", "voice", "location", "link", "file", "text"]
    )
    assert len({one.id for one in program.heard}) == 9
    assert program.heard[4].recognition == "你好"
    assert program.heard[7]._data["Title"] == "附件.docx"


async def test_events_carry_their_scene_and_key(fake: FakeWeChat, program: Program) -> None:
    person = fake.person("o-li", following=False)
    with pytest.raises(NotFollowing):
        await person.say("先说一句")
    fake.book.menu = MENU
    await person.scan("INVITE-1")
    await person.scan("INVITE-2")
    await person.tap_menu("/resume")
    await person.tap_menu("网页")
    await person.unfollow()
    assert [(one._data["Event"], one._data["EventKey"]) for one in program.heard] == [
        ("subscribe_scan", "INVITE-1"),
        ("SCAN", "INVITE-2"),
        ("CLICK", "/resume"),
        ("VIEW", "https://example.org/"),
        ("unsubscribe", None),
    ]
    assert not person.following
    with pytest.raises(NothingToPress, match="继续、网页"):
        await person.tap_menu("没有的")


async def test_the_server_settings_are_verified(fake: FakeWeChat, program: Program) -> None:
    assert await fake.verify()
    assert fake.violations == []
    program.secret = False
    assert await fake.verify()
    assert fake.violations == ["callback: echoed echostr although the signature was bad"]


async def test_a_slow_program_is_asked_three_times_with_the_same_number(fake: FakeWeChat, program: Program) -> None:
    program.pause, fake.sender.within = 1.2, 0.4
    person = fake.person()
    delivery = await person.say("慢")
    assert [one.why for one in delivery.tries] == ["no answer within 0.4 s"] * 3
    assert (delivery.outcome, [one.text for one in person.failures]) == ("failure", [FAILURE])
    assert len(program.heard) == 3
    assert len({one.id for one in program.heard}) == 1
    assert fake.violations == []


async def test_a_program_that_is_down_costs_three_tries(fake: FakeWeChat) -> None:
    fake.callback_url, fake.sender.pause = "http://127.0.0.1:9/wechat", 0.02
    begun = asyncio.get_running_loop().time()
    delivery = await fake.person().say("在吗")
    assert asyncio.get_running_loop().time() - begun >= 0.04
    assert [one.status for one in delivery.tries] == [0, 0, 0]
    assert delivery.outcome == "failure"


def _sealed(xml: str, account: Account = ACCOUNT) -> bytes:
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    sealed: str = crypto.encrypt_message(xml, "1", "2")
    return sealed.encode()


def _reply(**changed: str) -> str:
    parts = {
        "ToUserName": "o-wang",
        "FromUserName": "gh_000000000000",
        "CreateTime": str(int(START.timestamp())),
        "MsgType": "text",
        "Content": "好",
    } | changed
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items()) + "</xml>"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"ok", "expected one XML document"),
        (_reply().encode(), "expected the elements Encrypt, MsgSignature, TimeStamp, Nonce once each"),
        (
            _sealed(_reply(), Account(token="other")),
            "expected MsgSignature over TimeStamp, Nonce and Encrypt, found another",
        ),
        (_sealed(_reply(), Account(app_id="wx1111111111111111")), "expected the AppID behind the encrypted text"),
        (_sealed(_reply()) * 2, "expected one XML document"),
        (_sealed("success"), "expected one XML document"),
        (_sealed(_reply(ToUserName="o-li")), "expected a reply to o-wang from gh_000000000000, found to o-li"),
        (_sealed(_reply(ToUserName="gh_000000000000", FromUserName="o-wang")), "expected a reply to o-wang"),
        (_sealed(_reply(CreateTime="0")), "expected CreateTime within 600 s"),
        (_sealed(_reply(MsgType="file")), "expected MsgType among text, image"),
        (_sealed(_reply(Content="")), "expected a Content of 1 to 2048 bytes, found 0"),
        (_sealed(_reply(Content="字" * 683)), "expected a Content of 1 to 2048 bytes, found 2049"),
        (_sealed(_reply(Extra="x")), "expected the elements ToUserName, FromUserName, CreateTime, MsgType, Content"),
    ],
)
async def test_an_answer_that_cannot_be_used_shows_the_apology(
    fake: FakeWeChat, program: Program, body: bytes, why: str
) -> None:
    program.body = body
    person = fake.person("o-wang")
    delivery = await person.say("在吗")
    assert (delivery.outcome, len(delivery.tries)) == ("failure", 1)
    assert delivery.why.startswith(why)
    assert fake.violations == [f"callback: {delivery.why}"]
    assert [one.way for one in person.timeline] == ["said", "failure"]


@pytest.mark.parametrize("body", [b"", b"success", _sealed(_reply(Content="字" * 682))])
async def test_an_honest_answer_passes(fake: FakeWeChat, program: Program, body: bytes) -> None:
    program.body = body
    delivery = await fake.person("o-wang").say("在吗")
    assert delivery.outcome == ("passive" if len(body) > 7 else "success")
    assert fake.violations == []


async def test_a_crash_of_the_program_is_a_violation(fake: FakeWeChat, program: Program) -> None:
    program.body, program.status = b"", 500
    assert (await fake.person().say("在吗")).outcome == "failure"
    assert fake.violations == ["callback: answered with status 500"] * 3


async def test_waiting_gives_the_message_or_says_what_was_heard(fake: FakeWeChat) -> None:
    person = fake.person()
    await person.say("一")
    await person.say("二")
    assert (await person.heard(2)).text == "您说：二"
    assert (await person.heard(lambda one: "一" in one.text)).number == 2
    with pytest.raises(Silence, match="expected 3 messages in"):
        await person.heard(3, timeout=0.02)


async def test_a_callback_out_of_order_goes_after_the_next(fake: FakeWeChat, program: Program) -> None:
    fake.mischief.script(Step.REORDER)
    person = fake.person()
    held = await person.say("先")
    assert held.outcome == "held"
    await person.say("后")
    await fake.settled()
    assert [one.content for one in program.heard] == ["后", "先"]
    assert held.text == "您说：先"


async def test_a_repeated_callback_must_be_answered_alike(fake: FakeWeChat, program: Program) -> None:
    fake.mischief.script(Step.REPEAT)
    person = fake.person()
    await person.say("一次")
    assert [one.id for one in program.heard] == [program.heard[0].id] * 2
    assert (person.texts, fake.violations) == (["您说：一次"], [])
    program.answer = lambda _: f"第 {len(program.heard)} 次"
    fake.mishaps.plan("together")
    await person.say("两次")
    assert len(person.texts) == 2
    assert fake.violations == ["callback repeated: answered differently the second time"]


async def test_forged_and_malformed_callbacks_go_beside_the_real_one(fake: FakeWeChat, program: Program) -> None:
    fake.mishaps.plan("forge")
    fake.mischief.script(Step.MALFORMED)
    assert (await fake.person().say("真的")).text == "您说：真的"
    assert [(kind, one.status) for kind, one in fake.sender.probes] == [("malformed", 200), ("forged", 403)]
    assert (program.refused, len(program.heard), fake.violations) == (1, 1, [])


async def test_a_program_that_believes_a_forgery_is_found_out(fake: FakeWeChat, program: Program) -> None:
    program.body = _sealed(_reply())
    program.account = Account(token="forged")
    fake.mishaps.plan("forge")
    await fake.person("o-wang").say("真的")
    assert fake.violations == ["callback forged: answered as if it were genuine"]


async def test_a_cut_connection_is_followed_by_a_retry(fake: FakeWeChat, program: Program) -> None:
    fake.mishaps.plan("cut")
    delivery = await fake.person().say("断")
    assert [one.why for one in delivery.tries] == ["the connection was cut on purpose", ""]
    assert len({one.id for one in program.heard}) == 1
    assert delivery.text == "您说：断"


async def test_a_replay_is_word_for_word_an_old_request(fake: FakeWeChat, program: Program) -> None:
    fake.mishaps.plan("replay")
    await fake.person().say("旧")
    assert [(kind, one.status) for kind, one in fake.sender.probes] == [("replayed", 200)]
    assert len({one.id for one in program.heard}) == 1
    assert len(program.heard) == 2


async def stormed(*, reorder: float, messages: int) -> tuple[dict[str, int], dict[str, int]]:
    """How often what went wrong in a storm in which everything is answered all the same."""
    trouble = Trouble(seed=3, delay=0.1, repeat=0.2, reorder=reorder, malformed=0.1, longest=0.01, most=40)
    program = Program(Account())
    mishaps = Mishaps(dict.fromkeys(("together", "forge", "replay", "cut"), 0.1), seed=3, most=40)
    async with together(FakeWeChat(trouble=trouble, mishaps=mishaps, within=60), program) as fake:
        person = fake.person()
        for number in range(messages):
            await person.choose(number)
        await fake.settled()
        assert sorted(person.texts) == sorted(f"您说：{number}" for number in range(messages))
        assert fake.violations == []
        assert len({one.id for one in program.heard}) == messages < len(program.heard)
        return dict(fake.mischief.counts), {f"{name}": count for name, count in mishaps.counts.items()}


async def test_a_storm_ends() -> None:
    troubles, mishaps = await stormed(reorder=0.2, messages=40)
    assert set(troubles) == {"callback:delay", "callback:repeat", "callback:reorder", "callback:malformed"}
    assert set(mishaps) == {"together", "forge", "replay", "cut"}


async def test_a_storm_repeats_itself_from_its_seed_where_one_message_goes_after_the_other() -> None:
    assert await stormed(reorder=0.0, messages=25) == await stormed(reorder=0.0, messages=25)
