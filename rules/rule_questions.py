"""A question about the rules, told from an answer: by its form, its topic, and whether it can be anything else.

要盖章吗？ · 视频要横屏还是竖屏 · 最多能报几个？ A question is `sure` when it ends as one and holds no word but those
that such questions are made of; only then may it be taken where a text of one's own is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rules.masking import masked_mail, masked_phones

#: Characters of a question at least and at most; longer texts are no questions that a table of topics can answer.
SHORTEST, LONGEST = 3, 40
#: Characters that a question may hold beside the usual words and still be about the topic that it names.
MOST_LEFT = 6
#: What somebody writes before a question's own words to have them taken as an answer after all: 填：要不要盖章？
AS_IT_IS = re.compile(r"^\s*填\s*[:：]\s*")
_ENDS = re.compile(r"(?:\?+|[吗呢么][啊呀]?[?!。~]*)$")
_ASKS = re.compile(
    r"什么|怎么|怎样|如何|多少|几[点个篇部件号天次分份家]|多少|多长|多大|多久|何时|哪|谁|能不能|可不可以|可否|能否|是否|是不是"
    r"|要不要|需不需要|用不用|有没有|行不行|算不算|还是"
)
_WHEN = r"(?:什么时候|啥时候|何时|哪天|哪一天|几号|几月|几点|多久|时间)"
_HAND = r"(?:报送|上报|申报|提交|上传|报|交|发|寄|投|送)"
#: What a question may be about, the first that fits: the more particular stand before the more general.
_TOPICS: Mapping[str, re.Pattern[str]] = {
    topic: re.compile(pattern)
    for topic, pattern in {
        "result": rf"公布|公示|出结果|获奖名单|结果(?:怎么|在?哪).?[查看]|结果.*{_WHEN}|{_WHEN}.*(?:结果|名单)",
        "quiz": r"红包|答题|及格|答对|几道题|多少道题|取消关注|取关",
        "mine": rf"(?:{_HAND}|收到|成功)(?:上|成功|过|好)?(?:了吗|了没|没有)$",
        "film": r"横屏|竖屏|横版|竖版|横的|竖的|横着|竖着|时长|视频.*多长|片子.*多长|多长时间|几分钟|多少分钟"
        r"|几秒|多少秒|分辨率|像素|画面|宽高|清晰度|mp4|mov|视频.*(?:格式|比例|多大|大小|尺寸)|(?:格式|比例|尺寸).*视频"
        r"|什么格式|多少兆|1080p?|4k",
        "words": r"字数|多少(?:个)?字|几(?:个|百|千)?字|(?:字|篇幅).*(?:限制|上限|以内|要求)"
        r"|(?:写|内容|简介|摘要|案例)多长",
        "stamp": r"盖[^，。]{0,3}章|公章|印章|签字|签名|章.*盖",
        "deadline": rf"截止|截至|最晚|最迟|逾期|过期|补报|延期|来得及|几点(?:前|之前|以前|结束)"
        rf"|{_WHEN}.*(?:{_HAND}|结束)"
        rf"|{_HAND}.*(?:到{_WHEN}|多久)|还[有剩](?:几|多少)天|几点$|几号前|晚(?:一|几|两)天",
        "begin": rf"{_WHEN}.*开始|时间安排|日程|开始.*{_WHEN}",
        "quota": rf"{_HAND}(?:几|多[少个]|[两二三][个篇部])|多报|少报"
        r"|几[个篇部件份](?:案例|作品|视频|短视频|微视频)?|多少[个篇部件份]|名额"
        r"|最多|最少|至少|上限|下限|不报.*(?:行|可以)|可以不报|必须报",
        "edit": r"改|填错|撤回|撤销|撤掉|重新(?:提交|报送|报|交|传|上传)"
        r"|(?:更换|替换|换).*(?:视频|文件|材料|扫描件|作品|内容)",
        "prizes": r"奖(?:金|励|项|品)?|证书|名次|有什么好处",
        "who": r"谁(?:可以|能)|哪些(?:单位|人)|什么(?:单位|人)|个人.*(?:可以|能|参加|报)"
        r"|(?:单位|企业|公司|学校|医院).*(?:可以|能)报|能参加|可以参加|参加范围",
        "checks": r"原创|字幕|片头|片尾|版权|音乐|署名",
        "where": rf"{_HAND}(?:到|给|去|往)?(?:哪(?!些)(?:里|儿|个邮箱)?|谁)|哪(?:里|儿|个邮箱).*{_HAND}|邮箱|邮件"
        rf"|(?:怎么|怎样|如何){_HAND}|(?:怎么|怎样|如何)(?:填|参加|报名)",
        "package": rf"(?:哪些|什么|啥)(?:材料|东西|文件|附件|资料)|{_HAND}(?:什么|啥|哪些)|材料|附件|扫描件"
        rf"|纸质|word|申报表|推荐表",
        "judging": r"怎么评(?:选|审|比)?|如何评(?:选|审|比)?|评选|评审|打分|投票|评委|初筛|专家",
        "contact": r"联系谁|找谁|问谁|咨询|电话(?:是)?多少|联系电话|联系方式|怎么联系|人工|客服",
    }.items()
}  # fmt: skip
#: Words that questions of these kinds are made of beside those of the topics themselves.
_FILLING = sorted(
    (
        "请问 您好 你好 老师 想问 问下 问一下 一下 我们 你们 咱们 咱 我 你 您 贵 本 单位 视频 短视频 微视频 片子 "
        "作品 案例 材料 文件 内容 申报表 推荐表 表格 表 附件 扫描件 word pdf 通知 活动 这次 本次 报送 申报 上报 "
        "提交 上传 参加 报名 填报 填写 写 填 交 报 发 寄 投 传 送 完 好 过 要不要 需不需要 用不用 需要 必须 一定 "
        "要 得 用 可以 可不可以 可否 能不能 能否 能 行不行 行 还是 是不是 是否 是 有没有 有 没有 不 怎么 怎样 "
        "如何 什么时候 啥时候 何时 什么 啥 哪天 哪里 哪儿 哪个 哪些 哪 谁 几 多少 多长 多大 多久 多 最 至少 以前 "
        "之前 以后 之后 前 后 内 到 给 在 从 对 和 与 跟 了 的 地 吗 呢 么 吧 啊 呀 还 再 就 都 也 被 会 只 先 "
        "这个 那个 这 那 每个 每家 每 个 篇 部 件 份 家 次 道 天 号 点 字 分钟 秒 兆 限制 要求 规定 标准 时间 "
        "日期 今天 明天 现在 最后 大小 比例 尺寸 长度 格式 简介 摘要 题目 标题 公布 结果 名单 结束 开始 截止 "
        "奖项 奖 设 拿 一个 两个 一 二 两 三 出 算 邮箱 电话 联系 个人 企业 改 修改 盖 章 换 屏 横 竖 评 评选 "
        "谁来"
    ).split(),
    key=len,
    reverse=True,
)  # fmt: skip
_FILLED = re.compile(f"(?:{'|'.join(map(re.escape, _FILLING))})")
_MARKS = re.compile(r"[\s,，.。、;；:：!?！？~～…“”\"'()（）]+")
#: What ends like a question and asks nothing that could be looked up.
_CHATTER = frozenset(
    "好了吗 好吗 好了么 在吗 可以了吗 可以吗 行吗 行不行 对吗 是吗 真的吗 怎么了 为什么 什么 怎么办 好了没".split()
)
_OWN_MARKS = frozenset("，。；：！？～（）")
_DIGITS = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class RuleQuestion:
    """A question: what it is about ("" where no topic fits), and whether it can hardly be anything else.

    `ends`: it ends as questions do, with a mark or 吗. `whole`: the topic is all that it speaks of.
    """

    topic: str
    sure: bool
    ends: bool
    whole: bool


def read_question(text: str) -> RuleQuestion | None:
    """What a message asks about the rules, None where it is no question."""
    if "\n" in text.strip():
        return None
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not SHORTEST <= len(plain) <= LONGEST:
        return None
    ends = _ENDS.search(plain) is not None
    bare = _MARKS.sub("", plain)
    if bare in _CHATTER:
        return None
    if not ends and not _ASKS.search(bare):
        return None
    topic = next((topic for topic, pattern in _TOPICS.items() if pattern.search(bare)), "")
    if not topic and not (ends and bare):
        return None
    left = _left(bare, topic) if topic else bare
    return RuleQuestion(topic if len(left) <= MOST_LEFT else "", ends and not left, ends, not left)


def _left(bare: str, topic: str) -> str:
    """What is left of a question without the words that questions are made of."""
    found = _TOPICS[topic].search(bare)
    assert found is not None, "the topic was found by it"
    both = (bare[: found.start()], bare[found.end() :])
    return "".join(_FILLED.sub("", each) for each in both)


def kept_words(text: str) -> str:
    """A question as it may be kept and shown: in one line, without telephone numbers, addresses and long numbers."""
    plain = (char if char in _OWN_MARKS else unicodedata.normalize("NFKC", char) for char in text)
    words = " ".join("".join(plain).split())
    return _DIGITS.sub("●●●", masked_mail(masked_phones(words)))[:LONGEST]
