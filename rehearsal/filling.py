"""How a liaison fills in a work, question by question: as far as they care to go, and what they answer."""

from __future__ import annotations

import asyncio
import re
import zlib
from datetime import timedelta

from rehearsal.answering import DONE, PERSON, Given, answer_of
from rehearsal.stage import Citizen
from rules.tracks import Track

#: What is said to the questions that come after the form, by the beginning of their keys.
_AFTER = {
    "checks": "同意", "pledge/": "同意", "review/": "没有问题", "film/seen/": "就用这一部", "scan/seen/": "就用这一份",
    "scan/": "就用这一份",
}  # fmt: skip
_NO_PICTURES, _ANEW = "没有配图", "重写"
PICTURE = ("现场.jpg", b"\xff\xd8\xff picture")
#: What is said to a field that was sent back, by its kind.
_MENDED: dict[str, tuple[str, ...]] = {"phone": ("0536-8790001",), "person_phone": (f"{PERSON} 13900139000",)}
#: What the program says of a work that is in, and what it calls it.
_RECEIVED = re.compile(r"已收到：[A-Z]+-[A-Z]\d+ ?“(.*)”(?:（第 \d+ 版|，距截止)", re.DOTALL)
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


async def report(
    who: Citizen, track: Track, title: str, *, stop: str = "", sealed: bool = True, given: Given | None = None
) -> str:
    """Enter a work in a track; gives what the program calls it once it is in, "" while it is not.

    `stop`: the beginning of the key of the question at which they are called away. Not `sealed`: they have all but the
    stamped page. `given` are answers to certain fields.
    """
    await who.say("填报")
    if await who.asked() == "track":
        await who.say(track.label)
    return await go_on(who, title, stop=stop, sealed=sealed, given=given, track=track)


async def go_on(
    who: Citizen, title: str, *, stop: str = "", sealed: bool = True, given: Given | None = None,
    track: Track | None = None, mends: bool = False,
) -> str:  # fmt: skip
    """Answer what is asked until the work is in, or nobody asks any more; gives what it is called, "" where it is not.

    `mends`: what is asked was sent back, and is answered otherwise than before.
    """
    before, sent = "", 0
    for _ in range(_MOST):
        who.stage.clock.advance(_ANSWERING)
        key = await who.asked()
        if stop and key.startswith(stop):
            return ""
        if key.startswith("submit/"):
            found = _RECEIVED.match(await who.say("现在报送"))
            return found[1] if found else ""
        if not key.startswith(("form/", "film", "scan", "pictures", *_AFTER)):
            return ""
        if key.startswith(("film/check/", "scan/check/")):
            await _checked(who, key)
        elif key == "film":
            await _film(who, title, sent, track)
            sent += 1
        elif key == "pictures":
            await _pictures(who)
        elif key == "scan":
            if not sealed:
                await who.say("先存着，盖好再交")
                return ""
            await _stamped(who, title)
        elif key.startswith("form/"):
            said = _said(who, key.removeprefix("form/").partition("/")[0], title, given or {}, track, mends=mends)
            if mends and key != before and _ANEW in who.choices:
                await who.say(_ANEW)
            await who.say(said[-1] if key == before else said[0])
        else:
            await who.say(next(said for begin, said in _AFTER.items() if key.startswith(begin)))
        before = key
    raise NotKnown(
        f"{who.name}填“{title}”，问到 {before!r} 就答不下去了，问的是：{who.text[:200]}\n"
        "核对活动文件里这一项的要求：彩排的人想不出能通过的答案。"
    )


async def _film(who: Citizen, title: str, sent: int, track: Track | None) -> None:
    """Send a film; one in some is sent wrong at first."""
    number = zlib.crc32(title.encode())
    wrong = _WRONG[number // _CARELESS % len(_WRONG)] if number % _CARELESS == 0 and not sent else ""
    data = await who.stage.materials.film(title, track or _filmed(who), wrong=wrong)
    await who.send((f"{title or '成片'}.mp4", data))


def _filmed(who: Citizen) -> Track:
    """The track whose film is asked for, as far as its name tells."""
    tracks = [each for each in who.stage.notice.entered if each.film is not None]
    items = [(each, each.item("film")) for each in tracks]
    return next((each for each, item in items if item is not None and item.label in who.text), tracks[0])


async def _pictures(who: Citizen) -> None:
    """Pictures are left out where they may be."""
    if _NO_PICTURES in who.choices:
        await who.say(_NO_PICTURES)
        return
    await who.send(PICTURE)
    if DONE in who.choices:
        await who.say(DONE)


async def _stamped(who: Citizen, title: str) -> None:
    """Send the stamped page; a picture may be one of several, so that its sender says when all are there."""
    ending, page = await who.stage.materials.scan(who.stage.app, who.stage.notice, who.unit)
    await who.send((f"{title or '盖章页'}{ending}", page))
    if DONE in who.choices:
        await who.say(DONE)


async def _checked(who: Citizen, key: str) -> None:
    """Wait until a file was looked at."""
    for _ in range(_LOOKS):
        if await who.asked() != key:
            await who.stage.drained()
            return
        await asyncio.sleep(0.02)
    raise NotKnown(f"expected the check of a file to end within five minutes, found {key!r} still open")


def _said(
    who: Citizen, key: str, title: str, given: Given, track: Track | None, *, mends: bool
) -> tuple[str, ...]:  # fmt: skip
    """What is said to the field of this key."""
    if key in given:
        return given[key]
    own = (track.form,) if track is not None and track.form is not None else who.stage.notice.forms
    fields = [field for form in own for field in form.fields if field.key == key]
    field = max(fields, key=lambda each: len(each.label) if each.label in who.text else 0)
    said = answer_of(field, title, who.stage.clock.now(), track)
    return _MENDED.get(field.kind, said) if mends else said
