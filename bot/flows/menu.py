"""The menu by role, the drafts that wait, and changing between one's seats."""

from __future__ import annotations

from bot.flows.duty import has_duties
from bot.flows.mine import called
from bot.flows.order import Spoken, led_by, not_understood, order_in
from bot.flows.owing import owed_in
from bot.flows.screening import screens_others, waiting_for
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Resume, Then
from rules.deeds import Declined, TakeSeat
from rules.deeds_ballot import BallotsFor, OnRoll
from rules.instants import micros
from rules.looks import Drafts, EntriesOf, Seats
from rules.looks_awards import HonoursOf
from rules.looks_publication import ToldOf
from rules.looks_twins import TwinsIn
from rules.people import Role, Seat
from rules.public_vote import public_rounds
from rules.screening import chains_of

#: The conversations whose drafts a liaison goes on with.
KEPT = frozenset({"enter", "task"})


async def menu(talk: Talk) -> Ending:
    """What this person can do now; `brief` when what is owed was said just before."""
    seats = await talk.look(Seats(talk.person.id))
    change = (Option("/换单位", "换单位或活动"),) if len(seats) > 1 else ()
    if talk.seat.role is Role.ADMIN:
        return await _admin(talk, change)
    if talk.seat.role is Role.EXPERT:
        return await _expert(talk, change)
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    drafts = [draft for draft in await talk.look(Drafts(talk.person.id, talk.notice.id)) if draft.flow in KEPT]
    owed = await owed_in(talk, talk.notice.entered, entries)
    text = line("menu.liaison", unit=talk.unit.called, title=talk.notice.short_title, drafts=len(drafts), **owed)
    if talk.facts.get("brief"):
        text = line("menu.brief")
    first = (Option("/填报", "填报新作品"),) if talk.notice.entered else ()
    reported = (Option("/我的报送", "我的报送"),) if talk.notice.entered else ()
    if any(each["returned"] for each in owed["tracks"]):
        reported = (Option("/修改退回", "修改退回的"), *reported)
    if any(each["moves"] for each in owed["tracks"]):
        reported = (*reported, Option("/申请名额", "申请名额"))
    if await screens_others(talk):
        queue = await waiting_for(talk)
        reported = (Option("/审核", f"审核（{len(queue)} 件待审）" if queue else "审核"), *reported)
    if await talk.look(ToldOf(talk.notice.id, talk.unit.id)):
        reported = (*reported, Option("/证书", "结果和证书"))
    waiting = (Option("/继续", f"接着填（{len(drafts)} 份没填完）"),) if drafts else ()
    duty = (Option("/我的任务", "我的任务"),) if has_duties(talk) else ()
    playing = (Option("/答题", "答题"), Option("/我的红包", "我的红包")) if talk.notice.quiz is not None else ()
    duty = (*duty, *playing)
    options = (*waiting, *duty, *first, *reported, *change, Option("/帮助", "帮助"))
    await talk.ask("action", OneOf(text=text, options=options))
    return None


async def _expert(talk: Talk, change: tuple[Option, ...]) -> Ending:
    """What an expert can do: vote, or before that declare what to stay away from."""
    every: tuple[OnRoll, ...] = await talk.look(BallotsFor(talk.person.id))
    papers = [each for each in every if each.round.campaign == talk.notice.id]
    due = any(not each.cast and each.round.state == "open" and micros(talk.now) < each.round.closes for each in papers)
    judged = talk.notice.judging is not None
    first = (Option("/选票", "选票"),) if papers else (Option("/回避", "回避"),) if judged else ()
    text = line("menu.expert", title=talk.notice.short_title, due=due, papers=len(papers), judged=judged)
    options = (*first, *change, Option("/绑定", "绑定"), Option("/帮助", "帮助"))
    await talk.ask("action", OneOf(text=text, options=options))
    return None


async def _admin(talk: Talk, change: tuple[Option, ...]) -> Ending:
    """What an admin can do; a sentence of their own is read as an order, wherever no question waits for it."""
    if heard := talk.facts.get("heard", ""):
        if (order := order_in(heard, talk.notice)) is not None:
            return led_by(talk, order)
        not_understood(talk, heard)
    text = line("menu.admin", title=talk.notice.short_title)
    tasks = ("任务情况",) if talk.scene.duties is not None or talk.notice.tasks else ()
    screened = ("审核",) if chains_of(talk.notice).asks("recommender", "lead", "host") else ()
    collects = (*screened, "准许补报", "退回", "名额", "暂停报送") if talk.notice.entered else ()
    judged = ("评审",) if talk.notice.judging is not None else ()
    collected = all(talk.now >= track.closes for track in talk.notice.tracks)
    judged = (*judged, "投票管理") if collected and public_rounds(talk.notice) else judged
    awarded = ("评奖",) if talk.notice.awards is not None else ()
    if await talk.look(HonoursOf(talk.notice.id)):
        awarded = (*awarded, "发布结果", "发布渠道", "证书")
    played = ("答题情况", "红包发放") if talk.notice.quiz is not None else ()
    first = (*tasks, *played, "报送情况", "看板", "群发", "单位")
    words = (*first, *collects, *judged, *awarded, "发邀请", "联系不上", "导出")
    pairs = await talk.look(TwinsIn(talk.notice.id)) if talk.notice.entered else ()
    alike = (Option("/重复核对", f"重复核对（{len(pairs)} 对）"),) if pairs else ()
    options = (*(Option(f"/{word}", word) for word in words), *alike, *change, Option("/帮助", "帮助"))
    said = await talk.ask("action", Spoken(text=text, options=options))
    # The same menu anew: what is said of this sentence must not be said again with the next.
    return Then("menu", {"heard": said["heard"]})


async def drafts(talk: Talk) -> Ending:
    """继续: go on with a draft; the only one at once, otherwise ask which."""
    waiting = [draft for draft in await talk.look(Drafts(talk.person.id, talk.notice.id)) if draft.flow in KEPT]
    if not waiting:
        talk.say("menu.no_drafts")
        return Then("menu")
    if len(waiting) == 1:
        return Resume(waiting[0].session)
    options = tuple(Option(str(draft.session), called(draft)) for draft in waiting)
    return Resume(int(await talk.ask("which", OneOf(text=line("menu.which_draft"), options=options))))


async def change_seat(talk: Talk) -> Ending:
    """换单位: speak from another of one's seats from now on."""
    seats = await talk.look(Seats(talk.person.id))
    options = tuple(Option(str(seat.id), _called(talk, seat)) for seat in seats)
    picked = await talk.ask("seat", OneOf(text=line("menu.which_seat"), options=options))
    outcome = await talk.do("taken", TakeSeat(talk.person.id, int(picked)))
    if isinstance(outcome, Declined):
        talk.say(outcome.why)
    return Then("menu")


def _called(talk: Talk, seat: Seat) -> str:
    who = seat.unit.name if seat.unit is not None else "管理员"
    notice = talk.scene.notices.get(seat.campaign)
    return f"{who}（{notice.short_title if notice is not None else seat.campaign}）"


MENU = Flow("menu", menu, words=("菜单", "menu"), roles=frozenset(Role), for_code=True)
DRAFTS = Flow("drafts", drafts, roles=frozenset({Role.LIAISON}))
CHANGE_SEAT = Flow("change_seat", change_seat, words=("换单位", "seat"), roles=frozenset(Role), anywhere=True)
