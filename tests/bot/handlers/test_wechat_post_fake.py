"""The outgoing side against the fake platform, which keeps windows, quotas, tokens and rights as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.commands.wechat import house_menu
from bot.fakes.wechat import PICTURE, Account, FakeWeChat
from bot.fakes.wechat import Template as FakeTemplate
from bot.handlers.buttons import unseal
from bot.handlers.ports import CannotFetch, Wanted
from bot.handlers.post import Later, Left, Letter, Sent, Shut, Unsure
from bot.handlers.wechat_client import OwnToken, Patience, QrCode, WeChatApi
from bot.handlers.wechat_media import WeChatFetcher
from bot.handlers.wechat_post import About, WeChatPost
from bot.settings import Template
from bot.talk.messages import Choice, Outgoing
from rules.accounts import MEDIA_SECONDS
from tests.bot.handlers.wechat_server import START, Clock

KEY = b"key of the deployment"
FIELDS = ("thing1", "time2", "character_string3", "phrase4", "name5", "first")
ACCOUNT = Account(templates=(FakeTemplate("T1", "提醒", FIELDS), FakeTemplate("T2", "通知", ("thing1",), "subscribe")))


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeWeChat]:
    async with FakeWeChat(ACCOUNT, clock=clock) as one:
        yield one


def _api(fake: FakeWeChat, clock: Clock) -> WeChatApi:
    return WeChatApi(
        app_id=ACCOUNT.app_id,
        secret=SecretStr(ACCOUNT.secret),
        tokens=OwnToken(),
        clock=clock,
        base_url=fake.base_url,
        patience=Patience(connect=2, read=2, answer=2, download=2),
    )


@pytest.fixture
async def api(fake: FakeWeChat, clock: Clock) -> AsyncIterator[WeChatApi]:
    one = _api(fake, clock)
    yield one
    one.close()


@pytest.fixture
def post(api: WeChatApi, clock: Clock) -> WeChatPost:
    facts = ["thing1", "character_string3", "phrase4", "first"]
    fields = {**dict.fromkeys(facts, "text"), "time2": "time", "name5": "unit"}
    templates = {
        "reminder": Template.model_validate({"id": "T1", "fields": fields}),
        "notice": Template.model_validate({"id": "T2", "way": "subscribe", "fields": {"thing1": "campaign"}}),
        "wrong": Template.model_validate({"id": "T1", "fields": {"thing1": "text"}}),
    }

    async def about(letter: Letter) -> About:
        return About(
            "2024年度典型案例及优秀短视频征集活动通知", "某市市场监督管理局办公室", link="https://example.org/i"
        )

    return WeChatPost(api, show=_show, about=about, templates=templates, key=KEY, clock=clock)


def _show(letter: Letter, *, listed: bool) -> Sequence[str]:
    return [letter.outgoing.text]


def _letter(
    text: str = "您好", choices: tuple[Choice, ...] = (), kind: str = "reply", openid: str = "o-wang"
) -> Letter:
    return Letter(7, openid, Outgoing(text, choices, kind=kind, id=7))


async def test_the_window_opens_fills_up_and_closes(fake: FakeWeChat, post: WeChatPost, clock: Clock) -> None:
    person = fake.person("o-wang", "某某")
    assert type(await post.send(_letter(), "customer")) is Shut
    person.wrote()
    outcomes = [await post.send(_letter(str(n)), "customer") for n in range(6)]
    assert outcomes[:5] == [Sent(1, whole=True)] * 5
    assert type(outcomes[5]) is Shut
    person.wrote()
    clock.forward(48 * 3600)
    assert type(await post.send(_letter(), "customer")) is Shut
    assert [refusal.code for refusal in fake.refusals] == [45015, 45047, 45015]
    assert (person.texts, fake.violations) == (["0", "1", "2", "3", "4"], [])


async def test_choices_come_as_a_menu_that_the_platform_takes(fake: FakeWeChat, post: WeChatPost) -> None:
    person = fake.person("o-wang", "某某")
    person.wrote()
    assert await post.send(_letter("怎么办？", (Choice("a", "接着填"), Choice("b", "先不填"))), "customer") == Sent()
    [bubble] = person.messages
    assert [(unseal(KEY, number), label) for number, label in bubble.items] == [
        ((7, 0), "1 接着填"),
        ((7, 1), "2 先不填"),
    ]
    assert fake.violations == []


async def test_templates_and_notices_pass_the_platforms_checks(fake: FakeWeChat, post: WeChatPost) -> None:
    person = fake.person("o-wang", "某某")
    text = "距截止还有 3 天（4月23日 24:00），贵单位还差：案例 2 个（要求不少于 3 个）。\n详情"
    outcome = await post.send(_letter(text, kind="reminder"), "template")
    assert isinstance(outcome, Sent) and outcome.whole and outcome.remote.isdigit()
    assert type(await post.send(_letter(text, kind="notice"), "subscribe")) is Shut
    await person.grant("T2")
    assert [type(await post.send(_letter(text, kind="notice"), "subscribe")) for _ in range(2)] == [Sent, Shut]
    assert [refusal.code for refusal in fake.refusals] == [43101, 43101]
    assert type(await post.send(_letter(kind="wrong"), "template")) is Shut
    assert fake.refusals[-1].code == 47003


async def test_somebody_who_left_is_out_of_reach(fake: FakeWeChat, post: WeChatPost) -> None:
    fake.person("o-wang", "某某", following=False)
    assert type(await post.send(_letter(), "customer")) is Left
    assert type(await post.send(_letter("请于周五 17:00 前", kind="reminder"), "template")) is Left
    assert type(await post.send(_letter(openid="o-nobody"), "customer")) is Left


async def test_a_token_that_was_killed_costs_one_more_call(fake: FakeWeChat, post: WeChatPost, clock: Clock) -> None:
    fake.person("o-wang", "某某").wrote()
    assert await post.send(_letter("1"), "customer") == Sent()
    fake.api.tokens.kill()
    assert await post.send(_letter("2"), "customer") == Sent()
    clock.forward(7200 - 240)
    assert await post.send(_letter("3"), "customer") == Sent()
    assert [refusal.code for refusal in fake.refusals] == [40001]
    assert fake.violations == []


async def test_an_account_without_the_right_is_shut(clock: Clock, post: WeChatPost) -> None:
    async with FakeWeChat(Account(kind="subscription", verified=False), clock=clock) as fake:
        fake.person("o-wang").wrote()
        api = _api(fake, clock)
        poor = WeChatPost(api, show=_show, about=post._about, templates={}, key=KEY, clock=clock)
        outcome = await poor.send(_letter(), "customer")
        api.close()
    assert isinstance(outcome, Shut) and "48001" in outcome.why


async def test_trouble_of_every_kind_is_an_outcome(fake: FakeWeChat, post: WeChatPost) -> None:
    fake.person("o-wang", "某某").wrote()
    await post.send(_letter(), "customer")
    fake.mishaps.plan("expire", 2)
    outcome = await post.send(_letter(), "customer")
    assert isinstance(outcome, Later) and (outcome.seconds, outcome.everybody) == (60, True)
    await fake.stop()
    assert type(await post.send(_letter(), "customer")) in (Later, Unsure)


async def test_pictures_and_films_come_until_they_expire(fake: FakeWeChat, api: WeChatApi, clock: Clock) -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(300_000)
    picture, video = (
        fake.book.keep_medium(*each).id for each in [("image", PICTURE, "image/png"), ("video", film, "video/mp4")]
    )
    fetcher = WeChatFetcher(api)

    async def fetched(number: str) -> bytes:
        return b"".join([chunk async for chunk in fetcher.fetch(Wanted(number, "x"))])

    assert await fetched(picture) == PICTURE
    assert await fetched(video) == film
    clock.forward(timedelta(seconds=MEDIA_SECONDS).total_seconds())
    for number in (picture, video, "never-was"):
        with pytest.raises(CannotFetch) as wrong:
            await fetched(number)
        assert wrong.value.kind == "expired"


async def test_menu_and_qr_code_are_taken(fake: FakeWeChat, api: WeChatApi) -> None:
    assert await api.menu() is None
    await api.publish_menu(house_menu())
    found = await api.menu()
    assert found is not None and [each["name"] for each in found["menu"]["button"]] == ["填报", "我的报送", "更多"]
    made = await api.qrcode("K7M2P9QRST", seconds=86400)
    assert made == QrCode(made.url, 86400) and made.url.startswith("http")
    assert fake.violations == []
