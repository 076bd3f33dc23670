"""证书: a unit takes its certificates along, an admin all of them; made outside the turn, handed over here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flows.steering import say_declined
from bot.talk.fields import OneOf, Option, Wait
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.certificates import Certificate, bears_none, issuing
from rules.deeds import Declined, StartWork
from rules.deeds_publication import IssueCertificates
from rules.looks_awards import Honour, HonoursOf
from rules.looks_publication import CertificatesOf, ToldOf
from rules.people import Role
from rules.results import final_of

#: The kind of the work, and the topic of its result.
CERTIFY = "certify"


async def certificates(talk: Talk) -> Ending:
    """What was won, and the certificates as files."""
    if talk.seat.role is Role.ADMIN:
        await _all(talk)
    else:
        await _ours(talk)
    return None


async def _ours(talk: Talk) -> None:
    """A unit's own prizes, once they are published, and its certificates in the form it likes."""
    told = await talk.look(ToldOf(talk.notice.id))
    honours: Sequence[Honour] = final_of(await talk.look(HonoursOf(talk.notice.id, talk.unit.id)), talk.unit.id)
    if talk.unit.id not in told or not honours:
        talk.say("certificate.none" if told else "certificate.not_yet", title=talk.notice.short_title)
        talk.offer("我的报送", "菜单")
        return
    found: Sequence[Certificate] = await talk.look(CertificatesOf(talk.notice.id, talk.unit.id))
    good = [each for each in found if each.good]
    prizes = [{"label": each.label, "title": each.title} for each in honours]
    if not good:
        talk.say("certificate.won_without", title=talk.notice.short_title, prizes=prizes, contact=talk.notice.contact)
        talk.offer("菜单")
        return
    numbers = [each.number for each in good]
    text = line("certificate.which", title=talk.notice.short_title, prizes=prizes, numbers=numbers)
    options = (Option("pdf", "PDF（打印、存档）"), Option("word", "Word"), Option("/菜单", "先不要"))
    how = await talk.ask("how", OneOf(text=text, options=options))
    await _hand_over(talk, talk.unit.id, str(how), len(good))


async def _all(talk: Talk) -> None:
    """Every certificate of the campaign; those that have no number yet get one."""
    if bears_none(talk.notice):
        talk.say("certificate.notice_has_none")
        talk.offer("菜单")
        return
    honours: Sequence[Honour] = final_of(await talk.look(HonoursOf(talk.notice.id)))
    issued = await talk.look(CertificatesOf(talk.notice.id))
    how = issuing(talk.notice)
    due = [each for each in honours if each.prize not in how.without]
    if not due and not issued:
        talk.say("certificate.nothing_final")
        talk.offer("评奖", "菜单")
        return
    text = line("certificate.all_sure", number=len(due), hosts=list(how.hosts), series=how.series)
    options = (Option("yes", "编号并打包"), Option("/菜单", "先不做"))
    await talk.ask("how", OneOf(text=text, options=options))
    done = await talk.do("issued", IssueCertificates(talk.notice.id, how, talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return
    await _hand_over(talk, 0, "all", done.total)


async def _hand_over(talk: Talk, unit: int, how: str, number: int) -> None:
    payload = {"campaign": talk.notice.id, "unit": unit, "how": how, "name": talk.notice.short_title}
    await talk.do(f"work/{how}", StartWork(CERTIFY, payload, session=talk.scene.session, topic=CERTIFY))
    made = await talk.ask("made", Wait(text=line("certificate.making", number=number), topic=CERTIFY))
    if made.get("error"):
        talk.say(made["error"]["key"], **made["error"]["facts"])
    else:
        given = Attachment("file", made["sha256"], made["name"])
        facts = {"number": made["number"], "no_font": made["no_font"], "link": bool(talk.scene.public_url)}
        talk.give(given, "certificate.all_done" if unit == 0 else "certificate.done", **facts)
    talk.offer("证书", "菜单")


CERTIFICATES = Flow(
    "certificates", certificates, words=("证书", "获奖", "certificates"),
    roles=frozenset({Role.LIAISON, Role.ADMIN}), keeps=True, gives=True,
)  # fmt: skip
