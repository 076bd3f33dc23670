"""大家在问: what people ask about the rules, for admins; never who asked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.flows.steering import ADMIN
from bot.talk.flow import Flow
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.instants import from_micros, spoken
from rules.looks_steering import Asked, QuestionsIn

#: Questions without an answer that one message lists.
MOST = 20
#: What the topics are called.
TOPICS = {
    "deadline": "截止时间", "begin": "时间安排", "result": "什么时候公布", "film": "视频要求", "words": "字数",
    "stamp": "盖章", "quota": "报几个", "edit": "能不能改", "prizes": "奖项", "who": "谁可以报", "checks": "作品要求",
    "where": "怎么报、报到哪里", "package": "交哪些材料", "judging": "怎么评选",
    "quiz": "答题和红包", "contact": "联系谁", "mine": "报上了没有", "": "其他",
}  # fmt: skip


async def what_people_ask(talk: Talk) -> Ending:
    """Topics by how often they were asked, and what could not be answered."""
    asked: tuple[Asked, ...] = await talk.look(QuestionsIn(talk.notice.id))
    zone = ZoneInfo(talk.notice.zone)
    told = [
        {
            "label": TOPICS.get(each.topic, each.topic),
            "words": each.words,
            "count": each.count,
            "last": spoken(from_micros(each.last).astimezone(zone).replace(second=0, microsecond=0)),
        }
        for each in asked
    ]
    unknown = [each for each in told if each["words"]]
    talk.say(
        "ask.asked",
        title=talk.notice.short_title,
        topics=[each for each in told if not each["words"]],
        unknown=unknown[:MOST],
        more=max(0, len(unknown) - MOST),
    )
    talk.offer("群发", "报送情况", "菜单")
    return None


ASKED = Flow("asked", what_people_ask, words=("大家在问", "asked"), roles=ADMIN)
