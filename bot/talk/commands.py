"""The engine's own words, which work anywhere before a flow sees the message: 返回 修改 取消 暂停 继续 帮助."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.talk.arriving import Arriving
from bot.talk.asking import asked, reply
from bot.talk.choosing import chosen
from bot.talk.lines import Prompt, line
from bot.talk.messages import PICKED, Choice, Incoming
from bot.talk.session import Session, State, worth_keeping
from bot.talk.wishes import Steps
from rules.people import Role


def back(course: Arriving) -> Steps:
    """返回: ask the question before once more."""
    session = course.party.session
    if session is None:
        yield from course.arrive()
        return
    run = course.run_of(session)
    stop = yield from course.advance(run, session, run.step())
    if session.shown.startswith("!"):
        session.shown = ""
        yield from course.settle(run, session, stop)
        return
    if not run.path:
        course.reply.lines.append(line("engine.first_question"))
        course.unmoved = True
        yield from course.settle(run, session, stop)
        return
    run.close()
    course.reopen(session, run.path[-1], run.questions[run.path[-1]])
    yield from course.show(session)


def edit(course: Arriving) -> Steps:
    """修改: let the person pick which answer to change."""
    session = course.party.session
    if session is None:
        yield from course.arrive()
        return
    run = course.run_of(session)
    stop = yield from course.advance(run, session, run.step())
    if not run.labels:
        keeps = course.house.flows.named(session.flow).keeps
        reports = bool(course.party.seat and course.party.seat.role is Role.LIAISON) and not keeps
        course.reply.lines.append(line("engine.nothing_to_edit", reports=reports))
        yield from course.settle(run, session, stop)
        return
    run.close()
    ask_engine(course, session, "!edit", _edit_prompt(run.labels))


def resume(course: Arriving) -> Steps:
    """继续: show where the conversation stands, or the drafts that wait."""
    session = course.party.session
    if session is None or not course.house.flows.named(session.flow).keeps:
        if course.may_begin(course.house.flows.drafts):
            yield from course.switch(course.house.flows.drafts)
        elif session is None:
            yield from course.arrive()
        else:
            yield from course.show(session)
        return
    if session.shown.startswith("!"):
        session.shown = ""
    yield from course.show(session)


def help_(course: Arriving) -> Steps:
    """帮助: what can be done here, then where the conversation stands."""
    seat, session = course.party.seat, course.party.session
    flow = course.house.flows.named(session.flow) if session else None
    role = seat.role.value if seat else "stranger"
    notice = course.house.notices.get(seat.campaign) if seat else None
    contact = notice.contact if notice else ""
    collects = notice is None or bool(notice.entered)
    filling = bool(flow and flow.keeps)
    quiz = any(each.quiz is not None for each in course.house.notices.values())
    facts = {"role": role, "filling": filling, "collects": collects, "contact": contact, "quiz": quiz}
    course.reply.lines.append(line("engine.help", **facts))
    if session is not None:
        course.unmoved = True
        yield from course.show(session)
    else:
        course.reply.offers = ("菜单",)


def cancel(course: Arriving) -> Steps:
    """取消: after a question whether really."""
    session = course.party.session
    if session is None:
        course.reply.lines.append(line("engine.nothing_to_cancel"))
        yield from course.arrive()
    elif not course.house.flows.named(session.flow).keeps:
        course.reply.lines.append(line("engine.nothing_to_cancel"))
        yield from course.switch(course.house.flows.home if course.party.seat else course.house.flows.stranger)
    else:
        ask_engine(course, session, "!cancel", _cancel_prompt(session.title))


def park(course: Arriving) -> Steps:
    """暂停: keep the answers as a draft."""
    session = course.party.session
    if session is None or not course.house.flows.named(session.flow).keeps:
        course.reply.lines.append(line("engine.nothing_to_park"))
        if session is not None:
            yield from course.show(session)
        else:
            course.reply.offers = ("菜单",)
        return
    course.party.session = None
    course.change(session)
    if not worth_keeping(session):
        session.state = State.DONE
        course.reply.lines.append(line("engine.nothing_to_park"))
        course.reply.offers = ("菜单",)
        return
    session.state = State.PARKED
    course.reply.lines.append(line("engine.parked", title=session.title, step=session.step))
    course.reply.offers = ("继续", "菜单")


def hear_engine(course: Arriving, session: Session) -> Steps:
    """An answer to a question of the engine's own: which answer to edit, whether really to cancel."""
    run = course.run_of(session)
    stop = yield from course.advance(run, session, run.step())
    which = session.shown
    prompt = _cancel_prompt(session.title) if which == "!cancel" else _edit_prompt(run.labels)
    if course.incoming.press is not None:
        course.pressed = label_of(course.incoming.press.choice, prompt.choices)
    picked = _picked(course.incoming, f"{session.id}/{which}", prompt.choices)
    if picked is None:
        run.close()
        if (found := asked(course)) is not None:
            yield from reply(course, found)
            ask_engine(course, session, which, prompt)
            return
        course.reply.lines.append(line("engine.pick_one", count=len(prompt.choices), typed=course.incoming.text[:40]))
        ask_engine(course, session, which, prompt)
        return
    session.shown = ""
    course.change(session)
    if which == "!edit" and picked in run.questions:
        run.close()
        course.reopen(session, picked, run.questions[picked])
        yield from course.show(session)
    elif which == "!cancel" and picked == "yes":
        run.close()
        session.state = State.CANCELLED
        course.party.session = None
        course.reply.lines.append(line("engine.cancelled", title=session.title))
        course.reply.offers = ("菜单",)
    else:
        yield from course.settle(run, session, stop)


def ask_engine(course: Arriving, session: Session, which: str, prompt: Prompt) -> None:
    """Show a question of the engine's own."""
    session.shown = which
    course.change(session)
    course.reply.prompt, course.reply.question = prompt, f"{session.id}/{which}"


def _edit_prompt(labels: Mapping[str, str]) -> Prompt:
    choices = tuple(Choice(key, label) for key, label in labels.items())
    return Prompt(line("engine.edit_which"), (*choices, Choice("!stay", "不改了")))


def _cancel_prompt(title: str) -> Prompt:
    return Prompt(line("engine.cancel_sure", title=title), (Choice("yes", "确认取消"), Choice("no", "继续填写")))


def _picked(incoming: Incoming, question: str, choices: tuple[Choice, ...]) -> str | None:
    if incoming.press is not None:
        code = incoming.press.choice
        known = any(choice.code == code for choice in choices)
        return code if incoming.press.question == question and known else None
    index = chosen(incoming.text, [choice.label for choice in choices])
    return None if index is None else choices[index].code


def label_of(code: str, choices: tuple[Choice, ...]) -> str:
    """What a person saw on what they pressed; several ticks are joined."""
    labels = {choice.code: choice.label for choice in choices}
    return "、".join(labels.get(each, "") for each in code.removeprefix(f"{PICKED}\n").split("\n"))


ENGINE: Mapping[str, Callable[[Arriving], Steps]] = {
    **dict.fromkeys(("返回", "上一步", "back"), back),
    **dict.fromkeys(("修改", "edit"), edit),
    **dict.fromkeys(("取消", "cancel"), cancel),
    **dict.fromkeys(("暂停", "park"), park),
    **dict.fromkeys(("继续", "接着填", "resume"), resume),
    **dict.fromkeys(("帮助", "help"), help_),
}
