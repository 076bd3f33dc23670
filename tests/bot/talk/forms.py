"""A small form with every kind of step, and the states in which a person can be found in it."""

from __future__ import annotations

from bot.talk.fields import YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from bot.talk.texts import LongText
from rules.faults import Value
from tests.bot.talk.room import Flowing, Post, Room, asked


async def form(talk: Talk) -> Ending:
    talk.title = await talk.ask("title", asked("title"))
    await talk.ask("body", LongText(text=line("ask.body"), label="body", read=Value, limit=10))
    sure = YesNo(text=line("ask.sure"), yes="报送", no="先不")
    if await talk.ask("sure", sure):
        await talk.do("sent", Post(talk.title))
        talk.say("sent")
    return None


def room_at(*said: str, flow: Flowing = form) -> Room:
    room = Room(flow)
    for text in said:
        room.say(text)
    return room


IN_QUESTION = ("开始",)
IN_PIECES = ("开始", "题目", "一段")
IN_ENGINE_EDIT = ("开始", "题目", "修改")
IN_ENGINE_CANCEL = ("开始", "题目", "取消")
NOWHERE = ("开始", "题目", "一段", "暂停")
