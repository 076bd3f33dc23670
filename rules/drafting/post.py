"""Where works go and what they are called: mailboxes, subjects, file names, whom to ask, where results are shown."""

from __future__ import annotations

import re

from rules.drafting.clauses import Sentence
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table
from rules.drafting.text import bare, split_outside

_MAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PATTERN = r"[:：]?\s*[“‘\"【]?(?P<p>[^”’\"】，。；]*?[+＋\-—_][^”’\"】，。；]*)[”’\"】]?"
_SUBJECT = re.compile(
    rf"(?:邮件)?(?:主题|标题|题目|邮件命名|"
    rf"邮件名称?)[^“，。；+:：]{{0,10}}{_PATTERN}(?=[，。；”）]|$)"
)
_FILE = re.compile(
    rf"(?:文件名?|作品|命名|名称)[^“，。；+]{{0,12}}(?:为|标注|注明|格式|命名|以|"
    rf"按)[^“，。；+:：]{{0,8}}{_PATTERN}(?=[，。；”）]|$|命名)|"
    rf"以[“]?(?P<q>[^”，。；]*?[+＋\-—_][^”，。；]*?)[”]?(?:的?(?:格式|方式|形式))?命名"
)
_WORDS = (
    ("推荐单位名称", r"推荐单位(?:名称)?"),
    ("单位名称", r"(?:申报|参赛|参选|报送|所在|选送)?单位(?:名称|全称)?|机构名称|学校(?:名称)?"),
    ("参赛者姓名", r"参赛者姓名|作者姓名|姓名|作者|参赛者"),
    ("联系人", r"联系人(?:姓名)?"),
    ("联系电话", r"联系(?:电话|方式)|手机号?码?|电话"),
    ("作品名称", r"(?:作品|案例|视频|微视频|短视频|征文)(?:名称|题目|标题|名)"),
    ("作品类别", r"(?:作品|参赛)?(?:类别|类型|组别)"),
    ("编号", r"编号"),
)
_OUTLET = re.compile(
    r"“[^”]{2,20}”(?:微信)?(?:公众号|网站|门户网站|客户端|视频号|微博)|"
    r"[\u4e00-\u9fff]{2,8}网(?![络上站])|[\u4e00-\u9fff]{2,10}(?:公众号|客户端|门户网站|"
    r"日报|晚报|电视台|广播电视台|网站)"
)
_LED = re.compile(r"(?:(?<!现)(?<!存)在|通过|利用|依托|借助)(?P<list>[^。；，]{3,160})")
_SHOWING = re.compile(r"等|同步|对外|进行|集中|陆续|上?展[播示出]|发布|公布|上?公示|刊[登发]|播出|平台|媒体|开设")
_SUBJECT_OF = re.compile(r"(?:\d[、.]\s*)?(?P<list>[^，。；]{3,60}?)(?:同步|及时|陆续)?(?:发布|展播|刊登|播出|公布)")
_SHOWN = re.compile(r"展[播示出]|发布|公布|公示|刊[登发]|播出|宣传|推广")


def write_mail(paper: Paper, root: Table, *, works: bool) -> None:
    """The mailbox and the naming of mails and files; without a mailbox nothing."""
    found = [(s, hit[0]) for s in paper.sentences for hit in _MAIL.finditer(s.text)]
    if not found:
        return
    sending = [pair for pair in found if re.search("发送|发至|报送|提交|投稿|寄|报至|报区|邮件", pair[0].text)]
    source, box = (sending or found)[0]
    table = root.table("mail")
    boxes = list(dict.fromkeys(each for _, each in found))
    table.put(
        "to",
        box,
        source,
        ask=f"通知里有 {len(boxes)} 个邮箱（{'、'.join(boxes)}），作品发到哪一个？" if len(boxes) > 1 else "",
    )
    table.put("clause", source.clause)
    subject, work = _naming(paper, _SUBJECT), _naming(paper, _FILE, not_in=_SUBJECT)
    usual = "{单位名称}+{作品名称}" if works else "{单位名称}+{活动}"
    for key, told in (("subject", subject), ("work", work or subject)):
        if told is None:
            table.put(key, usual, note="通知没有写，此为建议写法。")
        else:
            text, unknown = placeholders(told[1])
            ask = f"命名里的“{'、'.join(unknown)}”程序填不了，会原样印出；要改吗？" if unknown else ""
            table.put(key, text, told[0], ask=ask)
    said = subject or work
    table.put("naming_clause", said[0].clause if said else "通知未写命名要求，此为建议写法")


def _naming(
    paper: Paper, pattern: re.Pattern[str], *, not_in: re.Pattern[str] | None = None
) -> tuple[Sentence, str] | None:
    for sentence in paper.sentences:
        text = not_in.sub("〓", sentence.text) if not_in else sentence.text
        for hit in pattern.finditer(text):
            told = hit["p"] or hit.groupdict().get("q") or ""
            if re.search("单位|姓名|名称|题目|电话|类别|作者", told) and not _MAIL.search(told):
                return sentence, told.strip("“”‘’：: ")
    return None


def placeholders(text: str) -> tuple[str, list[str]]:
    """A convention with the words that the program fills in braces, and those that it cannot fill."""
    out, unknown = [], []
    for part in re.split(r"([+＋\-—_（(）)]+)", text):
        if not part or re.fullmatch(r"[+＋\-—_（(）)]+", part):
            out.append(part)
            continue
        word = next((word for word, pattern in _WORDS if re.fullmatch(pattern, bare(part))), None)
        out.append(f"{{{word}}}" if word else bare(part))
        if word is None and not re.search("征集|大赛|参赛|活动|投稿|竞赛", part):
            unknown.append(part)
    text = "".join(out)
    for left, right in ("（）", "()"):
        if text.count(right) > text.count(left) and text.endswith(right):
            text = text.removesuffix(right)
    return text, unknown


def contact_of(paper: Paper, organiser: str) -> tuple[str, Sentence | None]:
    """Whom people may ask: an office and its mailbox, never a person's name or number."""
    source = next((s for s in paper.sentences if re.match("联系|邮箱|电子邮箱|咨询", bare(s.text))), None)
    office = ""
    if source and (
        hit := re.search(r"(?:联系(?:科室|单位|部门|方式|处室)|咨询单位)[：:]?([^，。；：:\d]{2,24})", source.text)
    ):
        office = re.split("联系|电话|邮箱", bare(hit[1]))[0]
    if not office and source and len(bare(source.text)) < 30 and re.search("[处科室办]$", bare(source.text)):
        office = bare(source.text)
    elif not office:
        under = next((s for s in paper.sentences if "联系方式" in s.head and not s.heading and len(s.text) < 30), None)
        source, office = (under, bare(under.text)) if under and not _MAIL.search(under.text) else (source, office)
    boxes = list(dict.fromkeys(hit[0] for s in paper.sentences for hit in _MAIL.finditer(s.text)))
    office = re.split("[，；：:]", office)[0]
    name = (
        office
        if not organiser or office.startswith(organiser[:4]) or organiser[-3:] in office
        else f"{organiser}{office}"
    )
    return (name or "主办单位") + (f"（邮箱 {boxes[0]}）" if boxes else ""), source


def write_outlets(paper: Paper, root: Table) -> None:
    """Where works or results are shown."""
    taken: set[str] = set()
    for sentence in paper.sentences:
        if not _SHOWN.search(sentence.context) or re.search("扫描|扫码|下载", sentence.text):
            continue
        for label in _outlets(sentence.text):
            if label not in taken:
                taken.add(label)
                table = root.table("outlet", many=True)
                table.put("label", label, sentence)
                table.put("clause", sentence.clause)


def _outlets(text: str) -> list[str]:
    """Names of outlets: a list after 在 or 通过, the subject of 发布, or names that say what they are."""
    found: list[str] = []
    for part in re.split("[。；]", text):
        before = len(found)
        for hit in _LED.finditer(part):
            listed = _SHOWING.split(hit["list"])[0]
            after = hit["list"][len(listed) : len(listed) + 8]
            found += _names(listed, sure=bool(re.search("媒体|平台|展播", after)) and listed.count("、") > 1)
        for piece in part.split("，") if len(found) == before else ():
            if subject := _SUBJECT_OF.match(piece):
                found += _names(subject["list"], sure=False)
    return found or ([each[0] for each in _OUTLET.finditer(text)] if re.search("展[播示出]", text) else [])


def _names(listed: str, *, sure: bool) -> list[str]:
    """The items of a list; all of them where what follows, or two of them, say that they are outlets."""
    items = [bare(each) for each in split_outside(listed, "、和及") if 2 <= len(bare(each)) <= 22]
    items = [each for each in items if not re.search("报送|邮箱|上传|提交|填写|登录", each)]
    known = [each for each in items if _OUTLET.search(each)]
    return items if sure or len(known) > 1 else known
