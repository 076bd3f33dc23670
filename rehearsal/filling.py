"""How a liaison fills in a work, question by question: as far as they care to go, and what they answer."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from datetime import timedelta

from rehearsal.contents import content
from rehearsal.stage import Citizen
from rules.tracks import Track

#: What is said to a question of the form, by the key of its field; of several, one after the other.
_ANSWERS: dict[str, tuple[str, ...]] = {
    "contact": ("张晓",), "phone": ("0536-8790000",), "email": ("xinyong@example.cn",), "address": ("某路 1 号",),
    "theme": ("3，4",), "type": ("1",), "purpose": ("1",), "highlight": ("一摊一码，群众监督。", "完成"),
    "remark": ("跳过",), "director": ("李导",), "producer": ("融媒体中心",),
    "honours": ("跳过",), "digest": ("一位摊主因为诚信而受到大家信任的故事。", "完成"),
    "introduction": ("作品以真实的菜市场为背景，讲述诚信经营。", "完成"), "category": ("纪实类",),
    "plot": ("一位店主的故事。", "完成"), "broad": ("跳过",), "entrant": ("跳过",),
    "team": ("导演李四，编剧王五。", "完成"),
}  # fmt: skip
#: What is said to the questions that come after the form, by the beginning of their keys.
_AFTER = {
    "checks": "同意", "pledge/": "同意", "review/": "没有问题", "film/seen/": "就用这一部", "scan/seen/": "就用这一份",
    "pictures": "没有配图", "submit/": "现在报送", "scan/": "就用这一份",
}  # fmt: skip
#: What passes with each answer. Longer leaps would pass over what goes out meanwhile.
_ANSWERING = timedelta(seconds=2)
#: More questions than any form has.
_MOST = 80
#: Looks, a fiftieth of a second apart, for the end of a check before it counts as stuck: five minutes.
_LOOKS = 15_000
#: Of how many films one is first sent as it came out of the camera, and what is wrong with it.
_CARELESS, _WRONG = 5, ("short", "turned")


class NotKnown(LookupError):
    """A form asked something that nobody here has an answer to; the message says what."""


#: What is answered to certain fields in place of the usual.
Given = Mapping[str, tuple[str, ...]]


async def report(
    who: Citizen, track: str, title: str, *, stop: str = "", sealed: bool = True, given: Given | None = None
) -> bool:
    """Enter a work in the track of this name; gives whether it is in.

    `stop`: the beginning of the key of the question at which they are called away. Not `sealed`: they have all but the
    stamped page. `given` are answers to certain fields.
    """
    await who.say("填报")
    if await who.asked() == "track":
        await who.say(track)
    return await go_on(who, title, stop=stop, sealed=sealed, given=given)


async def go_on(who: Citizen, title: str, *, stop: str = "", sealed: bool = True, given: Given | None = None) -> bool:
    """Answer what is asked until the work is in, or nobody asks any more."""
    before, sent = "", 0
    for _ in range(_MOST):
        who.stage.clock.advance(_ANSWERING)
        key = await who.asked()
        if stop and key.startswith(stop):
            return False
        if key.startswith("submit/"):
            return (await who.say("现在报送")).startswith("已收到")
        if not key.startswith(("form/", "film", "scan", *_AFTER)):
            return False
        if key.startswith(("film/check/", "scan/check/")):
            await _checked(who, key)
        elif key == "film":
            await _film(who, title, sent)
            sent += 1
        elif key == "scan":
            if not sealed:
                await who.say("先存着，盖好再交")
                return False
            await _stamped(who, title)
        else:
            answers = {**_ANSWERS, "content": (content(title), "完成"), **(given or {})}
            await who.say(_said(who, key, title, answers, again=key == before))
        before = key
    raise NotKnown(f"expected a form to come to an end within {_MOST} answers, found it still asking {before!r}")


async def _film(who: Citizen, title: str, sent: int) -> None:
    """Send a film; one in some is sent wrong at first."""
    number = zlib.crc32(title.encode())
    wrong = _WRONG[number // _CARELESS % len(_WRONG)] if number % _CARELESS == 0 and not sent else ""
    data = await who.stage.materials.film(title, _track(who), wrong=wrong)
    await who.send((f"{title or '成片'}.mp4", data))


async def _stamped(who: Citizen, title: str) -> None:
    """Send the stamped page; a picture may be one of several, so that its sender says when all are there."""
    ending, page = await who.stage.materials.scan(who.stage.app, who.stage.notice, who.unit)
    await who.send((f"{title or '盖章页'}{ending}", page))
    if "完成" in who.choices:
        await who.say("完成")


def _track(who: Citizen) -> Track:
    """The track that asks for films; notices have one of them."""
    return next(each for each in who.stage.notice.tracks if each.film is not None)


async def _checked(who: Citizen, key: str) -> None:
    """Wait until a file was looked at."""
    for _ in range(_LOOKS):
        if await who.asked() != key:
            await who.stage.drained()
            return
        await asyncio.sleep(0.02)
    raise NotKnown(f"expected the check of a file to end within five minutes, found {key!r} still open")


def _said(who: Citizen, key: str, title: str, answers: Given, *, again: bool) -> str:
    if key.startswith("form/"):
        field = key.removeprefix("form/").partition("/")[0]
        if field == "title":
            return title
        if field == "contact" and "姓名和电话" in who.text and answers[field] == _ANSWERS[field]:
            return "张晓 13800138000"
        if field not in answers:
            raise NotKnown(f"expected an answer for the field {field!r}, found none; add it to _ANSWERS")
        said = answers[field]
        return said[-1] if again else said[0]
    for begin, after in _AFTER.items():
        if key.startswith(begin):
            return after
    raise NotKnown(f"expected an answer to {key!r}, found none; asked was: {who.text}")
