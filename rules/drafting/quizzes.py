"""The quiz: when it is open, how an attempt is drawn and passed, what it is worth."""

from __future__ import annotations

import re
from datetime import timedelta

from rules.drafting.clauses import Sentence
from rules.drafting.dates import spans
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table
from rules.drafting.stages import Calendar, Stage
from rules.drafting.text import NUMBER, whole

_DRAW = re.compile(
    rf"(?:抽取|随机[^，。；]{{0,8}}?|每次(?:答题)?[^，。；\d]{{0,6}}|每轮|每套|"
    rf"共)\s*({NUMBER})\s*(?:道|个)?(?:单选|多选|判断|选择|客观|试|不定项)*题"
)
_EACH = re.compile(rf"每[题道][^，。；\d]{{0,4}}({NUMBER})\s*分")
_WHOLE = re.compile(rf"(?:答题|竞赛|每次)?(?:时限|限时|用时|时长|时间)[^，。；\d]{{0,6}}({NUMBER})\s*分钟")
_CORRECT = re.compile(
    rf"(?:答对|正确)\s*({NUMBER})\s*(?:道|个)?题?(?:（[^）]*）)?\s*(?:及?以上|（含|者|即|"
    rf"才|方|\(含)|(?:答对|正确)[^，。；\d]{{0,4}}({NUMBER})\s*(?:道|个)?题"
)
_SHARE = re.compile(r"正确率[^，。；\d]{0,6}(\d{1,3})\s*%")
_SCORE = re.compile(rf"(?:得分|成绩|达到?|得)[^，。；\d]{{0,4}}({NUMBER})\s*分|({NUMBER})\s*分(?:及?以上)")
_DAILY = re.compile(rf"每[人名位]?(?:用户)?每[天日][^，。；\d]{{0,8}}?({NUMBER})\s*次")
_TOTAL = re.compile(
    rf"每[人名位](?:用户)?(?:最多|限|可|只能|仅可?)[^，。；\d]{{0,8}}?(?:答题|参与|作答|"
    rf"参加)\s*({NUMBER})\s*次"
)
_PACKETS = re.compile(
    rf"每[人名位](?:用户)?[^，。；]{{0,10}}?(?:限领|领取|"
    rf"获得)[^，。；\d]{{0,6}}?({NUMBER})\s*[个次份]|"
    rf"每[人名位](?:用户)?[^，。；]{{0,10}}?领取红包({NUMBER})\s*次"
)
_SECONDS = re.compile(rf"每题[^，。；\d]{{0,8}}({NUMBER})\s*秒")


def write_quiz(paper: Paper, calendar: Calendar, root: Table) -> None:
    """The table of the quiz, with the stage it is open in."""
    said = [s for s in paper.sentences if re.search("答题|题库|红包|竞答|抽取|答对|知识竞赛|二维码|关注", s.text)]
    stage, source = _stage(paper, calendar, said)
    quiz = root.table("quiz")
    quiz.put("clause", source.clause)
    if stage is None:
        quiz.lack("stage", "答题从什么时候到什么时候？", '"quiz"')
    else:
        quiz.put("stage", stage.key)
    _rule(quiz, said)
    _packets(quiz, said, source)
    _referral(quiz, said)
    _embargo(quiz, said, stage, source)
    _stay(quiz, paper, said)


def _stage(paper: Paper, calendar: Calendar, said: list[Sentence]) -> tuple[Stage | None, Sentence]:
    """The stage of the quiz. Clocks that another sentence gives for its first and last day are taken over."""
    key = calendar.stage("quiz")
    stage = next((each for each in calendar.stages if each.key == key), None)
    source = stage.source if stage else said[0] if said else Sentence("", "正文")
    return stage, source


def _rule(quiz: Table, said: list[Sentence]) -> None:
    draw = _first(said, _DRAW)
    if draw:
        quiz.put("draw", draw[0], draw[1])
    else:
        quiz.lack("draw", "每次答题抽取几道题？", "10")
    correct, share, score = _first(said, _CORRECT), _first(said, _SHARE), _first(said, _SCORE)
    if correct:
        quiz.put("correct", correct[0], correct[1])
    elif share and draw:
        quiz.put("correct", -(-draw[0] * share[0] // 100), share[1], note=f"正确率 {share[0]}% 折算成题数。")
    elif score and draw and score[0] <= 100:
        each = _first(said, _EACH)
        points = each[0] if each else 100 / draw[0]
        told = "" if each else f"“{score[0]}分”按每题同分、满分 100 折算成题数，对吗？"
        quiz.put("correct", int(-(-score[0] // points)), score[1], ask=told, note=f"{score[0]} 分折算成题数。")
    else:
        quiz.lack("correct", "答对几道题算通过？", "6")
    daily, total = _first(said, _DAILY), _first(said, _TOTAL)
    unlimited = next((s for s in said if re.search("无限次|不限次数|次数不限|多次答题", s.text)), None)
    if daily:
        quiz.put("daily", daily[0], daily[1])
    if total:
        quiz.put("attempts", total[0], total[1])
    elif not daily and unlimited:
        quiz.put("attempts", "不限", unlimited)
    elif not daily:
        quiz.put("attempts", "不限", ask="每人可以答几次？通知没有写，暂不限。")
    if (limit := _first(said, _WHOLE)) and draw:
        told = (
            f"通知限整份答卷 {limit[0]} 分钟，程序只限每题的时间；要限每题 {limit[0] * 60 // draw[0]} 秒吗（seconds）？"
        )
        quiz.remark(told, limit[1])
    if seconds := _first(said, _SECONDS):
        quiz.put("seconds", max(5, seconds[0]), seconds[1])
    quiz.put("late", "void", ask="截止前开始、截止后才答完的算不算？暂不算（void）。")


def _packets(quiz: Table, said: list[Sentence], source: Sentence) -> None:
    table = quiz.table("packets")
    told = [s for s in said if re.search("红包|话费|奖品|抽奖|流量", s.text)]
    clause = told[0].clause if told else source.clause
    most = _first(told, _PACKETS)
    once = next(
        (s for s in told if re.search(r"仅可?(?:以)?领取(?:红包)?一次|限领一[个次份]|只能领取一", s.text)), None
    )
    table.put("rights", 1, note="每人一开始有一次机会。")
    if once:
        table.put("per_person", 1, once)
    elif most:
        table.put("per_person", most[0], most[1])
    elif daily := next((s for s in told if re.search("每[人名位](?:用户)?每[天日][^，。；]{0,6}中奖", s.text)), None):
        table.put(
            "per_person", 1, daily, ask="通知限每人每天中奖的次数，程序限整个活动的个数；每人一共最多几个？暂按 1 个。"
        )
    else:
        table.put("per_person", 1, ask="每人最多领几个红包？通知没有写，暂按 1 个。")
    chance = next((s for s in told if re.search("抽奖|有机会|随机获得|抽取", s.text)), None)
    table.put(
        "chance", "certain", chance, ask="答对就一定有红包，还是按概率抽取（draw，并写概率）？暂按有余额时一定有。"
    )
    gone = next((s for s in told if re.search("[发领抽]完[即为]?止|先到先得", s.text)), None)
    table.put(
        "when_gone", "play_on", gone, ask="" if gone and "答题" in gone.text else "红包发完以后还能答题吗？暂按可以。"
    )
    table.put("clause", clause)


def _referral(quiz: Table, said: list[Sentence]) -> None:
    table = quiz.table("referral")
    shared = next((s for s in said if re.search("分享|转发|邀请好友", s.text) and re.search("机会", s.text)), None)
    ask = "好友经分享关注后给分享人加机会，要不要开？微信禁止以奖励诱导分享和关注，暂不开。" if shared else ""
    table.put("on", False, shared, ask=ask)
    table.put("chances", 1)
    table.put(
        "warning",
        "微信规则禁止以奖励诱导分享和关注，开启后公众号可能被处罚；请确认已取得平台许可，并由管理员书面承担。",
    )
    table.put("clause", shared.clause if shared else "通知未写")


def _embargo(quiz: Table, said: list[Sentence], stage: Stage | None, source: Sentence) -> None:
    table = quiz.table("embargo")
    told = next((s for s in said if re.search("不得", s.text) and re.search("二维码|公布|扫码|链接", s.text)), None)
    table.put("what", "活动二维码、答题链接和口令", told)
    if stage and stage.span.opens:
        table.put("until", stage.span.opens.text, note="答题开始的时刻。")
    else:
        table.lack("until", "答题入口从什么时候起可以公开？", '"2025-07-08 00:00"')
    table.put("clause", told.clause if told else "通知未写，取答题开始的时刻")


def _stay(quiz: Table, paper: Paper, said: list[Sentence]) -> None:
    for sentence in said:
        if not re.search("不得(?:退出|取消关注|取关)|不(?:要)?退出|保持关注", sentence.text):
            continue
        for span in reversed(spans(sentence.text, paper.issued, paper.year)):
            if span.closes is not None and re.search("退出|取关|取消关注", sentence.text[span.end : span.end + 8]):
                day = span.closes.day - timedelta(days=1) if span.before else span.closes.day
                quiz.put("stay_until", f"{day} 24:00", sentence)
                quiz.put("stay_clause", sentence.clause)
                return


def _first(said: list[Sentence], pattern: re.Pattern[str]) -> tuple[int, Sentence] | None:
    for sentence in said:
        if hit := pattern.search(sentence.text):
            return whole(next(each for each in hit.groups() if each)), sentence
    return None
