"""我的邀请: the word by which somebody brings friends, and what it has brought; `join` hears it from newcomers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.talk.flow import Flow
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Then
from rules.deeds import Declined
from rules.deeds_payout import FollowReferral, MakeReferral
from rules.instants import micros, spoken
from rules.looks_payout import Referrals, ReferralsOf
from rules.quiz import Quiz


async def my_referrals(talk: Talk) -> Ending:
    """The word of the quiz that is open; nothing that leads to a quiz is given away before it opens."""
    notices = [each for each in talk.scene.notices.values() if each.quiz is not None and each.quiz.referral.on]
    now = micros(talk.now)
    open_ = [each for each in notices if each.quiz and is_open(each.quiz, now)]
    notice = next(iter(open_ or notices), None)
    if notice is None or notice.quiz is None:
        talk.say("referral.off")
    elif not open_:
        opens = notice.quiz.stage.opens
        talk.say(
            "referral.closed", title=notice.short_title, early=talk.now < opens,
            opens=spoken(opens.astimezone(ZoneInfo(notice.zone))),
        )  # fmt: skip
    else:
        made = await talk.do("word", MakeReferral(notice.id, talk.person.id))
        if isinstance(made, Declined):
            talk.say(made.why)
        else:
            here: Referrals = await talk.look(ReferralsOf(notice.id, talk.person.id))
            bot = talk.scene.telegram
            talk.say(
                "referral.mine", title=notice.short_title, code=made.code, brought=here.brought,
                link=f"https://t.me/{bot}?start={made.code}" if bot else "", counting=here.counting,
                chances=notice.quiz.referral.chances, most=notice.quiz.referral.most or 0,
                per_person=notice.quiz.packets.per_person,
            )  # fmt: skip
    talk.offer("答题", "我的红包", "菜单")
    return None


def is_open(rules: Quiz, now: int) -> bool:
    """Whether a quiz is open at an instant (UTC microseconds)."""
    return micros(rules.stage.opens) <= now < micros(rules.stage.closes)


async def brought(talk: Talk, word: str) -> Ending:
    """Somebody came with a friend's word: it counts where they are new, and either way they play."""
    done = await talk.do("brought", FollowReferral(talk.person.id, word))
    if isinstance(done, Declined):
        talk.say(done.why)
        return Again(("code",)) if done.why == "referral.unknown" else Then("quiz")
    talk.say("referral.welcome")
    return Then("quiz")


MY_REFERRALS = Flow("my_referrals", my_referrals, words=("我的邀请", "myreferrals"), anywhere=True)
