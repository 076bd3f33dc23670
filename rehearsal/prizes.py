"""From the published ranking to the last certificate: decisions, 公示, an objection, results, a change after all."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta

import pypdfium2
from sqlalchemy import select

from rehearsal.course import round_of
from rehearsal.deciding import MEETING, Decided
from rehearsal.experts import works
from rehearsal.house import House, NoAnswer, converse
from rehearsal.ledger import Ledger
from rehearsal.scripts import Script
from rehearsal.stage import Citizen
from rules.instants import closing
from rules.looks_awards import Honour, HonoursOf
from storage.awards import honours_of
from storage.letters import outgoing_of
from storage.tables import outbox


async def honours(play: House) -> tuple[Honour, ...]:
    """The prizes as they stand."""
    async with play.app.database.read() as connection:
        return await honours_of(connection, HonoursOf(play.notice.id))


async def award(play: House, script: Script, admin: Citizen, told: Ledger) -> None:
    """Whatever the notice leaves to people is decided; then all goes before the committee, and into 公示."""
    await admin.say("评奖")
    told.say(f"　{admin.text}")
    awards, enough = play.notice.awards, await _enough(play)
    assert awards is not None, "prizes are given where the notice has some"
    go_on = ["接着定"] if "接着定" in "".join(admin.choices) else []
    decided = Decided(script, {prize.key: prize.slots for prize in awards.prizes}, told)
    await converse(admin, go_on, decided.answers)
    await admin.all("评奖", "看全部结果")
    told.say(f"　{admin.text}")
    if awards.totals is not None and enough:
        told.check("与通知写明的总数一致", True, f"共 {awards.totals.cost} 元" in admin.text and "⚠" not in admin.text)
    await converse(admin, ["评奖", "报请组委会批准"], {
        "period": "定一个公示期", "until": script.ends, "basis": MEETING, "propose/": lambda who: who.choices[0],
    })  # fmt: skip
    told.say(f"　{admin.text}")
    await play.quiet()


async def _enough(play: House) -> bool:
    """Whether each track has more works that may be judged than it has prizes."""
    awards = play.notice.awards
    if awards is None or awards.totals is None:
        return False
    round_ = round_of(play.notice, "expert")
    assert round_ is not None, "a ranking comes from the experts' round"
    tracks = Counter(each.track for each in await works(play, round_))
    return all(tracks[track.key] > awards.totals.winners_per_track for track in play.notice.tracks)


async def agree(play: House, other: Citizen, told: Ledger) -> None:
    """Another admin agrees, where the notice has a committee decide."""
    await other.say("评奖")
    if "同意" in other.choices:
        told.say(f"　{other.text}")
        await other.all("同意", MEETING)
        told.say(f"　{other.text}")
    await play.quiet()


async def object_to(play: House, script: Script, admin: Citizen, liaison: Citizen, told: Ledger) -> None:
    """A liaison objects to a prize with a file; it is answered, and where it is right, the prize is taken back."""
    given = [each for each in await honours(play) if each.entry]
    if not given:
        told.say("没有作品得奖，没有人提异议")
        return
    about = given[-1]
    left = closing(script.ends, play.notice.zone).first_late - play.clock.now()
    await play.move(play.clock.now() + min(timedelta(hours=30), left / 2))
    await liaison.all("提异议", about.number, "这件作品和去年的获奖作品相同，请核实。")
    await liaison.send(("去年的获奖名单.pdf", b"%PDF-1.4 last year"))
    await liaison.all("完成", "提交异议")
    told.say(f"　{liaison.text}")
    await play.later(60 * 5)
    await admin.all("处理异议", "看材料")
    if script.upheld:
        await admin.all("异议成立", "经核实，与往年作品内容相同。", "答复", "与往年获奖作品相同", "撤销")
        told.say(f"　{admin.text}")
        await admin.all("按名次依次递补", MEETING, "确定")
    else:
        await admin.all("异议不成立", "经核实，内容不同，是新作品。", "答复")
    told.say(f"　{admin.text}")
    await play.quiet()


async def confirm(play: House, script: Script, admin: Citizen, told: Ledger) -> None:
    """公示 is over: confirmed, not earlier."""
    await play.move(closing(script.ends, play.notice.zone).first_late - timedelta(minutes=1))
    await admin.say("评奖")
    told.check("公示没有满，不能确认", False, "确认结果" in admin.choices)
    await play.at(script.publishes)
    await admin.all("评奖", "确认结果", "确认结果")
    told.say(f"　{admin.text}")
    await play.quiet()


async def publish(play: House, admin: Citizen, told: Ledger) -> None:
    """Every unit hears its own results, also those without a prize."""
    await admin.all("发布结果")
    told.say(f"　{admin.text}")
    await admin.say("发布并通知")
    told.say(f"　{admin.text}")
    await play.quiet()
    units = {
        who.name.removesuffix("联络员"): play.chat(who.where) for who in play.folk.values() if "联络员" in who.name
    }
    heard = {
        unit: [each.text for each in chat.lines if each.by_itself and "评选结果" in each.text]
        for unit, chat in units.items()
    }
    told.say(f"收到评选结果的单位：{sum(map(bool, heard.values()))}/{len(heard)}")
    for each in admin_outlets(play):
        await admin.all("发布渠道", each, f"https://news.example.cn/{len(each)}")
    told.say(f"　{admin.text}")


def admin_outlets(play: House) -> list[str]:
    """The outlets of the notice."""
    return [outlet.label for outlet in play.notice.outlets]


async def change(play: House, admin: Citizen, told: Ledger) -> None:
    """After everything a prize turns out to be wrong: taken back, the place stays free, and the change is on record."""
    final = [each for each in await honours(play) if each.entry and each.state == "final"]
    if not final:
        return
    last = final[-1]
    await play.later(60 * 48)
    await admin.all("评奖", "撤销一个奖项", last.number)
    if (await admin.asked()).startswith("prize/"):
        await admin.say(last.label)
    await admin.all("经查，作品用到的音乐没有授权", "撤销", "不递补，名额空出", MEETING, "确定")
    told.say(f"　{admin.text}")
    await admin.say("获奖名单")
    told.check("更正写在名单里", True, "（更正）" in admin.text)
    await admin.all("发布结果")
    told.say(f"　{admin.text}")
    if "发布并通知" in admin.choices:
        await admin.say("发布并通知")
    await play.quiet()


async def certificates(play: House, admin: Citizen, told: Ledger, kept: dict[str, bytes]) -> None:
    """A winner takes certificates as PDF and Word; what stands on them is checked on their page."""
    winners = {each.unit_name for each in await honours(play) if each.state == "final"}
    winning = [each for each in play.folk.values() if each.name.removesuffix("联络员") in winners][:1]
    for who, way in [(each, way) for each in winning for way in ("PDF（打印、存档）", "Word")]:
        told.say(f"　{await who.say('证书')}")
        if way in who.choices:
            name, data = await received(play, who, way)
            kept[name] = data
    name, data = await received(play, admin, "证书", "编号并打包")
    kept[name] = data
    pdf = next((data for name, data in kept.items() if name.endswith(".pdf")), None)
    if pdf is None:
        return
    words = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    number = re.search(r"[A-Z]{1,6}-\d{4}-\d{4}", words)
    code = re.search(r"校验码[：:\s]*([0-9A-Z]{4}[- ]?[0-9A-Z]{4})", words)
    told.check("证书上有编号和校验码", True, bool(number and code))
    if number and code:
        page = await play.hall.get(f"/certificates/{number[0]}?code={code[1].replace('-', '').replace(' ', '')}")
        told.check("核验页说证书有效", True, "证书有效" in page)


async def received(play: House, who: Citizen, *said: str) -> tuple[str, bytes]:
    """Ask for a file; gives its name and bytes once it was made."""
    mine = select(outbox.c.id, outbox.c.body).where(outbox.c.address == who.where).order_by(outbox.c.id.desc())
    async with play.app.database.read() as connection:
        before = (await connection.execute(mine.limit(1))).one().id
    await who.all(*said)
    for _ in range(1000):
        async with play.app.database.read() as connection:
            rows = (await connection.execute(mine.where(outbox.c.id > before))).all()
        found = [each for row in rows if (each := outgoing_of(row.body).attachment) is not None]
        if found:
            await play.quiet()
            return found[0].name, (await play.app.attachments().make(found[0]))[0]
        await asyncio.sleep(0.02)
    raise NoAnswer(f"expected a file for {who.name}, found none: {who.text}")


__all__ = ["agree", "award", "certificates", "change", "confirm", "object_to", "publish"]
