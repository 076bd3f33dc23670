"""The menu by role, the drafts that wait, and changing between one's seats."""

from __future__ import annotations

from bot.flows.duty import has_duties
from bot.flows.mine import called
from bot.flows.owing import owed_in
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Resume, Then
from rules.deeds import Declined, TakeSeat
from rules.looks import Drafts, EntriesOf, Seats
from rules.people import Role, Seat

#: The conversations whose drafts a liaison goes on with.
KEPT = frozenset({"enter", "task"})


async def menu(talk: Talk) -> Ending:
    """What this person can do now; `brief` when what is owed was said just before."""
    seats = await talk.look(Seats(talk.person.id))
    change = (Option("/换单位", "换单位或活动"),) if len(seats) > 1 else ()
    if talk.seat.role is Role.ADMIN:
        text = line("menu.admin", title=talk.notice.short_title)
        actions = [
            Option("/报送情况", "报送情况"), Option("/看板", "看板"), Option("/发邀请", "发邀请"),
            Option("/准许补报", "准许补报"),
        ]  # fmt: skip
        reaching = (Option("/群发", "群发"), Option("/联系不上", "联系不上"), Option("/导出", "导出"))
        if talk.scene.duties is not None or talk.notice.tasks:
            actions.insert(0, Option("/任务情况", "任务情况"))
        await talk.ask("action", OneOf(text=text, options=(*actions, *reaching, *change, Option("/帮助", "帮助"))))
        return None
    if talk.seat.role is Role.EXPERT:
        text = line("menu.expert", title=talk.notice.short_title)
        await talk.ask("action", OneOf(text=text, options=(*change, Option("/绑定", "绑定"), Option("/帮助", "帮助"))))
        return None
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    drafts = [draft for draft in await talk.look(Drafts(talk.person.id, talk.notice.id)) if draft.flow in KEPT]
    owed = await owed_in(talk, talk.notice.entered, entries)
    text = line("menu.liaison", unit=talk.unit.called, title=talk.notice.short_title, drafts=len(drafts), **owed)
    if talk.facts.get("brief"):
        text = line("menu.brief")
    first = (Option("/填报", "填报新作品"),) if talk.notice.entered else ()
    reported = (Option("/我的报送", "我的报送"),) if talk.notice.entered else ()
    waiting = (Option("/继续", f"接着填（{len(drafts)} 份没填完）"),) if drafts else ()
    duty = (Option("/我的任务", "我的任务"),) if has_duties(talk) else ()
    options = (*waiting, *duty, *first, *reported, *change, Option("/帮助", "帮助"))
    await talk.ask("action", OneOf(text=text, options=options))
    return None


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
