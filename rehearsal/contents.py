"""What people write in long answers: no two works alike, so that the duplicate guard has nothing to find."""

from __future__ import annotations

from random import Random

_PROBLEMS = (
    "{about}涉及的经营户多，缺斤少两的投诉一年有 {many} 起，查处以后往往换个名字又来。",
    "群众反映办事要跑多个窗口，同一份材料交了又交，{about}平均要 {days} 天才能办完，意见集中在来回跑。",
    "中小微企业缺少抵押物，{about}推开以前，银行看不清企业的真实情况，全区只有 {many} 家拿到过纯信用贷款。",
    "过去检查不分好坏，守规矩的单位一年被查 {few} 次，真正有问题的反而漏掉，{about}就是从这里想起来的。",
    "预付费的钱收走以后服务跟不上，{about}之前每个月有 {few} 批人来投诉，退钱要等上两三个月。",
    "各部门的信用记录互不相通，窗口工作人员不知道来办事的是谁，{about}以前只能靠翻纸质档案，查一次要半天。",
)
_STEPS = (
    "给每家经营主体建立信用档案，扫码可见，按四个等级安排检查：最好的一年不上门，最差的每月都看。",
    "把 {few} 个部门的 {many} 项记录归到一处，由本人授权查询；授权一次管一年，随时可以收回，查过的都留痕。",
    "推行承诺在先、容缺受理，写得清楚的事项当场办结，{days} 天之内补齐材料；没有做到的记入档案，半年内不再适用。",
    "请行业协会和 {few} 位群众代表一起定评分办法，公示十五天后施行；评分每季度公布，不服的可以在线申诉。",
    "与四家银行签订协议，按信用等级给额度和利率，贷款在手机上申请，系统自动核验，不用再开证明。",
    "在街道设立修复辅导点，帮助失信的小店改正后尽快恢复等级，全年辅导 {many} 人次，一对一讲清怎么改。",
)
_RESULTS = (
    "一年来投诉降到 {few} 起，办理时间由 {days} 天缩短到 2 天，做法已在全市推开。",
    "共有 {many} 家经营主体受益，新增贷款三亿多元，至今没有一笔坏账。",
    "检查次数减少四成，发现问题的比例反而提高了一倍，企业和执法人员都说省心。",
    "群众满意度从八成三升到九成七，{about}被省里列为优秀做法，来学习的有 {few} 批。",
    "失信的经营户有 {many} 家主动改正并修复了信用，没有一家再犯。",
    "退费纠纷由每月 {few} 批降到全年 3 起，平均 {days} 小时退回，没有人再到现场讨要。",
)


def content(title: str) -> str:
    """The long text of the work of this title: always the same for the same title."""
    dice = Random(f"{title} content")
    given = {"about": title.partition("（")[0]}
    chosen = [dice.choice(_PROBLEMS), *dice.sample(_STEPS, 2), *dice.sample(_RESULTS, 2)]
    problem, *rest = [
        each.format(**given, many=dice.randint(40, 400), few=dice.randint(3, 30), days=dice.randint(5, 40))
        for each in chosen
    ]
    steps, results = "".join(rest[:2]), "".join(rest[2:])
    return f"一、要解决的问题\n{problem}\n二、创新举措\n{steps}\n三、工作成效及意义\n{results}"
