"""A player follows what they won, an admin steers how it is paid, and friends come under a rule that somebody bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any, Literal

from bot.fakes.wechat_pay import fake_pay
from bot.handlers.wechat_pay import RedPackets
from rules.deeds_payout import ImportVouchers
from rules.instants import micros
from rules.notice import Notice
from rules.packets import Pool
from rules.payouts import Hours
from rules.referral import SENTENCE
from rules.vouchers import Voucher
from scheduler.paying import Paying, Purse
from storage.moments import Moment
from storage.registry import DEEDS
from tests.flows.conftest import Opens, Play, Player
from tests.flows.test_quiz import QUIZ, attempt, filled


def paid_by(way: Literal["treasury", "wechat", "voucher"], *, referral: bool = False, **more: Any) -> Any:
    """The notice with another way of paying, and with referrals allowed."""

    def variant(notice: Notice) -> Notice:
        assert notice.quiz is not None
        packets = replace(notice.quiz.packets, payout=way, **more)
        referring = replace(notice.quiz.referral, on=referral)
        return replace(notice, quiz=replace(notice.quiz, packets=packets, referral=referring))

    return variant


async def wins(play: Play, player: Player) -> str:
    """Play once, and pass."""
    said = await player.say("答题")
    if "代表单位参加" in said:
        await player.say("以个人身份")
    await player.say("开始答题")
    return await attempt(play, player, 10)


async def test_a_packet_by_wechat_from_the_result_card_to_my_packets(play: Opens) -> None:
    async with play(QUIZ, "2020-07-07 20:00", paid_by("wechat")) as quiz, fake_pay(quiz.clock) as pay:
        await filled(quiz, Pool(600, 3, 200, 200))
        quiz.at("2020-07-08 09:00")
        admin = await quiz.admin("赵老师")
        wang, li = quiz.stranger("王芳", channel="wechat"), quiz.stranger("李明", channel="telegram")
        assert "会发到您的微信" in await wins(quiz, wang)
        await wins(quiz, li)
        quiz.forget()
        api = RedPackets(pay.account)
        paying = Paying(quiz.app.database, quiz.app.notices, quiz.app.numbers, quiz.clock)
        paying.purse = Purse(api, pay.account.merchant, 100, 10, 100_000, Hours(time(), time()))
        await wang.say("我的红包")
        await admin.say("红包发放")
        await paying.act()
        await wang.news()
        await wang.say("我的红包")
        await li.say("我的红包")
        await admin.say("红包发放")
        quiz.clock.advance(timedelta(hours=26))
        await paying.act()
        await wang.news()
        await wang.say("我的红包")
        await admin.all("红包发放", "暂停发放", "暂停发放", "红包发放", "恢复发放", "恢复发放", "我的红包")
        await api.close()
        quiz.matches("payout_wechat")


async def test_a_code_is_told_and_shown_again(play: Opens) -> None:
    async with play(QUIZ, "2020-07-07 20:00", paid_by("voucher")) as quiz:
        await filled(quiz, Pool(600, 3, 200, 200))
        quiz.at("2020-07-08 09:00")
        admin, li = await quiz.admin("赵老师"), quiz.stranger("李明", channel="telegram")
        await wins(quiz, li)
        quiz.forget()
        await li.say("我的红包")
        await admin.say("红包发放")
        paying = Paying(quiz.app.database, quiz.app.notices, quiz.app.numbers, quiz.clock)
        assert await paying.act() == 0
        deed = ImportVouchers(QUIZ, (Voucher("KA-2020-0001", 200, "话费"), Voucher("KA-2020-0002", 0)), 0)
        async with quiz.app.database.write() as connection:
            await DEEDS[ImportVouchers](Moment(connection, micros(quiz.clock.now()), quiz.app.numbers), deed)
        assert await paying.act() == 1
        await li.news()
        assert "KA-2020-0001" in await li.say("我的红包")
        await admin.say("红包发放")
        quiz.matches("payout_voucher")


async def test_an_admin_takes_the_rule_on_before_anybody_brings_a_friend(play: Opens) -> None:
    settings = paid_by("treasury", referral=True, per_person=3)
    async with play(QUIZ, "2020-07-07 20:00", settings) as quiz:
        await filled(quiz, Pool(600, 3, 200, 200))
        admin, li = await quiz.admin("赵老师"), quiz.stranger("李明", channel="telegram")
        await li.all("我的邀请")
        quiz.at("2020-07-08 09:00")
        await wins(quiz, li)
        quiz.forget()
        await li.say("我的邀请")
        await admin.all("红包发放", "邀请加机会", "开启", "同意", SENTENCE, "开启")
        said = await li.say("我的邀请")
        word = next(part for part in said.split() if "YQ" in part).partition("YQ")[2][:10]
        friend, browser = quiz.stranger("新朋友", channel="wechat"), quiz.stranger("浏览器", channel="web")
        assert "有机会领红包" in await friend.all(f"/start YQ{word}", "以个人身份")
        await browser.all("你好", f"yq{word}")
        await friend.all("菜单", f"/start YQ{word}")
        await li.news()
        assert "已带来 1 位" in await li.say("我的邀请")
        await admin.all("红包发放", "邀请加机会", "关掉", "关掉", "红包发放", "邀请加机会")
        await li.say("我的邀请")
        quiz._lines = [each.replace(word, "0" * 10) for each in quiz._lines]
        quiz.matches("payout_referral")


async def test_without_leave_of_the_notice_it_cannot_be_turned_on(play: Opens) -> None:
    async with play(QUIZ, "2020-07-08 09:00") as quiz:
        admin = await quiz.admin("赵老师")
        assert "这里开不了" in await admin.all("红包发放", "邀请加机会")
        assert "由财务付款" in await admin.say("红包发放")
        assert "暂停发放" not in admin.choices


async def test_other_campaigns_have_no_packets(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 08:00") as xian:
        admin = await xian.admin("赵老师")
        assert "没有知识竞赛，也就没有红包" in await admin.say("红包发放")
        li = await xian.liaison("碑林区")
        assert "还没有领到红包。" in await li.say("我的红包")
        assert "没有“邀请好友加机会”" in await li.say("我的邀请")
