"""Notices of nobody, put together of parts, as an organiser's own would be: whatever is not named is not there."""

from __future__ import annotations

from pathlib import Path

from rules.notice import Notice, read_notice

HEAD = """
code = "ZJ"
title = "东岭区示例征集"
short_title = "示例征集"
issued = "2025-03-03"
contact = "东岭区示例办"

[retention]
months = 12
clause = "九"

[[class]]
key = "street"
label = "各街道"
clause = "一"

[[class]]
key = "office"
label = "区直部门"
clause = "一"
"""
WORKS = """
[[stage]]
key = "collect"
label = "征集"
opens = "2025-03-10"
closes = "2025-03-28 17:00"
clause = "二"

[[form]]
key = "case"
title = "示例申报表"
annex = "附件1"
blank = "templates/forms/own/case.docx"
clause = "附件1"

[[form.field]]
key = "title"
label = "作品名称"
kind = "line"
hint = "写全称。"

[[form.field]]
key = "theme"
label = "作品主题"
kind = "boxes"
options = ["甲主题", "乙主题", "其他"]
other = "其他"
other_required = true
hint = "选一个。"

[[form.field]]
key = "mobile"
label = "手机号码"
kind = "phone"
hint = "手机号。"

[[form.field]]
key = "born"
label = "出生日期"
kind = "date"
hint = "年月日。"

[[form.field]]
key = "story"
label = "主要事迹"
kind = "text"
limit = 120
hint = "写事迹。"

[[form.field]]
key = "opinion"
label = "单位意见"
kind = "opinion"
source = "stamp"
signs = "申报单位"

[[track]]
key = "case"
label = "示例案例"
noun = "案例"
measure = "个"
stage = "collect"
form = "case"
clause = "三"

[[track.quota]]
classes = ["street"]
floor = 1
clause = "三"

[[track.package]]
key = "form"
label = "申报表"
formats = ["docx"]
clause = "三"
"""
TASK = """
[[task]]
key = "summary"
label = "报送工作总结"
due = "2025-03-31 17:00"
needs = ["参加人数", "图片"]
clause = "四"
"""
EXPERTS = """
[judging]
clause = "五"
weights = { expert = "100 %" }

[[judging.round]]
key = "expert"
label = "专家评审"
kind = "expert"
method = "scores"
clause = "五"
"""
PRIZES = """
[awards]
clause = "六"

[[awards.prize]]
key = "best"
label = "优秀案例"
slots = "若干"
each = "theme"
tracks = ["case"]
basis = "rank"
clause = "六"

[[awards.prize]]
key = "organisation"
label = "优秀组织单位"
slots = 8
each = "all"
basis = "counts"
clause = "六"
"""
QUIZ = """
[[stage]]
key = "quiz"
label = "答题"
opens = "2025-03-20 09:00"
closes = "2025-03-21 18:00"
clause = "七"

[quiz]
stage = "quiz"
draw = 3
correct = 2
attempts = 3
explain = "each"
late = "void"
clause = "七"

[quiz.packets]
rights = 1
per_person = 1
chance = "certain"
when_gone = "play_on"
clause = "七"

[quiz.referral]
on = false
chances = 1
warning = "微信规则禁止以奖励诱导分享。"
clause = "七"

[quiz.embargo]
what = "答题二维码"
until = "2025-03-20 09:00"
clause = "七"
"""


def own(*parts: str) -> Notice:
    """The notice of these parts."""
    return read_notice(HEAD + "".join(parts), name="own-2025")


def put(folder: Path, *parts: str, roster: str = "") -> Path:
    """The same as files in a folder; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own-2025.toml").write_text(HEAD + "".join(parts), "utf-8")
    if roster:
        (folder / "own-2025.roster.csv").write_text(roster, "utf-8")
    return folder
