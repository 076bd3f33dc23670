"""What a label of an annex asks for: its type, its key, a plain sentence for the liaison."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.drafting.text import bare


@dataclass(frozen=True, slots=True)
class Meaning:
    """A label understood. `sure` is False where only the shape of the label speaks for the type."""

    key: str
    kind: str
    hint: str
    source: str = "ask"
    required: bool = True
    sure: bool = True


_PERSON_PHONE = re.compile(r"(人|作者|姓名|者)[及和与、/]*(联系)?(电话|手机|联系方式|号码)")
#: (pattern, key, kind, hint); the first that is found in the label wins.
_TABLE: tuple[tuple[str, str, str, str], ...] = (
    (r"邮箱|E-?mail|电子邮件|电子信箱", "email", "email", "用来接收退回修改和结果通知的邮箱。"),
    (r"手机|移动电话", "mobile", "phone", "手机号。"),
    (r"电话|联系方式|座机", "phone", "phone", "手机号，或带区号的座机号。"),
    (r"时长|片长|播放长度", "length", "measured", ""),
    (
        r"(需要|申领|印制).*(数量?|份数)|数量|件数|份数|篇数|部数|人数|年龄|金额|字数",
        "amount",
        "number",
        "请写一个数字。",
    ),
    (
        r"(拍摄|创作|完成|制作|发布|填报|申报|发表)(时间|日期)|出生(年月|日期)",
        "date",
        "date",
        "请写日期，如 2024年3月1日。",
    ),
    (r"邮编|邮政编码", "postcode", "line", "六位邮政编码。"),
    (r"地址", "address", "line", "详细地址，写到门牌号。"),
    (r"身份证", "identity", "line", "请核对后填写。"),
    (r"职务|职称|职位", "post", "line", "这位同志的职务。"),
    (r"性别", "gender", "line", "请选一项。"),
    (r"政治面貌|民族|学历", "status", "line", "请如实填写。"),
    (r"备注", "remark", "text", "没有需要说明的，可以跳过。"),
    (r"(曾获|获奖|荣誉).*|荣誉", "honours", "text", "没有就跳过。"),
    (r"剧情摘要|摘要|梗概", "digest", "text", "请用几句话概括。"),
    (r"剧情简介|作品简介|内容简介|作品介绍|作品说明|创意说明|简介|简述", "introduction", "text", "请简要介绍。"),
    (r"亮点|特色|创新点|特点", "highlight", "text", "请写与众不同的地方，方便评委一眼看懂。"),
    (r"(案例|成果|作品|文章|征文|项目|主要)?(正文|内容|事迹|做法|全文|材料)$", "content", "text", "请写全文。"),
    (r"成效|成果描述|实施效果|背景|经验|思路|概况|情况|理由|主旨|阐述|描述", "account", "text", "请写清楚。"),
    (
        r"(案例|作品|视频|微视频|短视频|成果|项目|征文|论文|文章|影片|参赛作品|"
        r"参选作品)?(题目|名称|标题|片名|题名)$",
        "title",
        "line",
        "请写全称，和作品上的一致。",
    ),
    (r"主题|类别|类型|领域|方向|分类|题材|组别|体裁", "theme", "line", "请按通知列出的选择。"),
    (r"导演|编导", "director", "line", "几位的，用顿号隔开。"),
    (r"制片|制作单位|出品|摄制", "producer", "line", "写制作人姓名，或制作单位全称。"),
    (r"主创|创作团队|团队成员|作者简况|演职", "makers", "line", "几位的，用顿号隔开。"),
    (
        r"(?:^|作者|选手|参赛者|参赛人|负责人|申报人|联系人|联络员|推荐人)姓名|^作者$|"
        r"^参赛者$|^姓名$|申报人$",
        "name",
        "line",
        "请写姓名。",
    ),
    (r"联系人|联络员|负责人|经办人", "contact", "line", "请写随时能联系上的一位同志的姓名。"),
    (r"指导(教师|老师)", "teacher", "line", "请写姓名，没有就写“无”。"),
    (r"学号|院系|学院|年级|班级|所在部门|科室|工作单位|作者单位", "place", "line", "请写全称。"),
    (r"职业|专业|工种", "occupation", "line", "请如实填写。"),
)
_TITLE = re.compile(r"(题目|名称|标题|片名|题名)$")
_OWN_UNIT = re.compile(
    r"^(申报|参选|参赛|参评|报送|填报|报名|选送|上报|所在|推荐)?(单位|机构|学校)(\(?(名称|"
    r"全称)\)?|（(名称|全称)）)?$"
)
_UNIT_TITLE = re.compile(r"单位|部门|机构|企业|公司|学校|团队")


def meaning(label: str) -> Meaning:
    """What is asked under this label, which is not an opinion's."""
    text = re.sub(r"[（(][^）)]*[）)]", "", bare(label)).rstrip("：:*").lstrip("*")
    if _OWN_UNIT.fullmatch(text):
        return Meaning("unit", "line", "", source="registration")
    if _PERSON_PHONE.search(text):
        return Meaning("contact", "person_phone", "一位联系人的姓名和电话，写在一起就行。")
    for pattern, key, kind, hint in _TABLE:
        if not re.search(pattern, text):
            continue
        if key == "title" and _TITLE.search(text) and _UNIT_TITLE.search(text):
            break
        if kind == "measured":
            return Meaning(key, kind, "", source="film")
        return Meaning(key, kind, hint, required=key not in ("remark", "honours"))
    return Meaning("", "line", f"请填写{text}。", sure=False)
