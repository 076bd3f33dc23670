"""导出: an admin takes everything of the campaign out of the program, packed, while the conversation goes on."""

from __future__ import annotations

from bot.talk.fields import OneOf, Option, Wait
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import StartWork
from rules.people import Role

#: The kind of the work, and the topic of its result.
EXPORT = "export"


async def export(talk: Talk) -> Ending:
    """Ask how much, have it made, hand it over."""
    options = (
        Option("all", "全部，含视频、扫描件和图片"),
        Option("papers", "只要表格和文档"),
        Option("/菜单", "不导出了"),
    )
    talk.title = "导出"
    how = await talk.ask("how", OneOf(text=line("export.which"), options=options))
    payload = {
        "campaign": talk.notice.id, "person": talk.person.id, "stored": how == "all", "card": talk.scene.session,
        "name": talk.notice.short_title,
    }  # fmt: skip
    await talk.do("work", StartWork(EXPORT, payload, session=talk.scene.session, topic=EXPORT))
    made = await talk.ask("made", Wait(text=line("export.making"), topic=EXPORT))
    if made.get("error"):
        talk.say("export.broken")
    else:
        size = f"{made['size'] / 2**20:.0f} MB"
        facts = {name: made[name] for name in ("files", "fresh", "gone", "folder")} | {"size": size}
        if made["sha256"]:
            talk.give(Attachment("file", made["sha256"], made["name"]), "export.done", **facts)
        else:
            talk.say("export.done", **facts)
    talk.offer("导出", "菜单")
    return None


EXPORT_FLOW = Flow("export", export, words=("导出", "export"), gives=True, roles=frozenset({Role.ADMIN}), keeps=True)
