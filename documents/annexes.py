"""How each official annex is laid out: what the notices print, row by row, as data for the builder of blanks.

Labels and printed words are those of the notices' annex tables; lines break where they do there.
"""

from __future__ import annotations

from documents.layouts import Boxes, Label, Layout, Opinion, Part, Row, Space


def _wide(label: str, part: Part | None = None, *, height: int = 600, upright: bool = False) -> Row:
    """A row of one label and one cell over the other three columns."""
    return Row((Label(label, upright=upright), part or Space(3)), height)


_CONTACT = (
    _wide("联系人"),
    Row((Label("联系电话"), Space(), Label("邮箱"), Space())),
    _wide("单位地址"),
)
_CASE = (1700, 2703, 1100, 2803)
_VIDEO = (2200, 2006, 750, 1400, 750, 1200)

XINHUA_CASE = Layout(
    campaign="xinhua-2021",
    form="case",
    annex="附表1",
    title="第三届“新华信用杯”|全国信用案例征集活动申报表",
    widths=_CASE,
    rows=(
        _wide("申报单位"),
        *_CONTACT,
        _wide("案例题目"),
        _wide(
            "案例主题",
            Boxes(
                span=3,
                stops=((), (3250,), (2450, 3900)),
                ruled="其他",
                lines=(
                    ("“信易贷”（促进金融服务实体经济）",),
                    ("提升信用法治化规范化水平", "信用监管"),
                    ("信用优化营商环境", "信用惠民", "信用信息归集共享"),
                    ("诚信文化", "政务诚信"),
                    ("农村信用体系", "信用助力防范化解金融风险"),
                    ("品牌与质量信用", "生态环保信用"),
                    ("科研诚信", "网络诚信"),
                    ("其他",),
                ),
            ),
        ),
        _wide("案例特色|或亮点", height=1100),
        _wide(
            "案例内容",
            Space(
                3,
                hints=(
                    (
                        "2000字以内（围绕“信易贷”（促进金融服务实体经济）、提升信用法治化规范化水平、信用监管、信用优化营商环境、"
                        "信用惠民、信用信息归集共享、诚信文化、政务诚信、农村信用体系、信用助力防范化解金融风险、品牌与质量信用、"
                        "生态环保信用、科研诚信、网络诚信等主题，描述事件经过、主要问题、方法措施、"
                        "并描述信用管理机制的创新举措等内容。）"
                    ),
                ),
                stamp=True,
                room=4,
            ),
            height=4200,
            upright=True,
        ),
    ),
)

_WORK = (
    Row((Label("作品名称"), Space(), Label("时长"), Space(), Label("导演"), Space())),
    Row((Label("制片人或制片单位"), Space(5))),
    Row((Label("参选单位联系人|及电话"), Space(5)), 720),
    Row((Label("曾获区县级以上|主要荣誉"), Space(5)), 900),
    Row((Label("参选作品剧情摘要|（100字）"), Space(5)), 1300),
)

XINHUA_VIDEO = Layout(
    campaign="xinhua-2021",
    form="video",
    annex="附表2",
    title="第三届“新华信用杯”|全国信用应用场景优秀微视频评选推荐表",
    widths=_VIDEO,
    rows=(
        *_WORK,
        Row((Label("参选作品简介|（800字）"), Space(5)), 2200),
        Row((Label("推荐单位意见"), Opinion(5, date=True, room=1)), 1350),
        Row((Label("省（自治区、|直辖市）信用牵头|部门组委会意见"), Opinion(5, date=True, room=1)), 1350),
        Row((Label("论坛组委会意见"), Opinion(5, date=True, room=1)), 1350),
        Row((Label("备注"), Space(5)), 700),
    ),
)

XIAN_CASE = Layout(
    campaign="xian-2024",
    form="case",
    annex="附件1",
    title="2024年西安市优秀信用案例|征集活动申报表",
    widths=_CASE,
    rows=(
        _wide("申报单位"),
        *_CONTACT,
        _wide("案例题目"),
        _wide(
            "案例主题",
            Boxes(
                span=3,
                lines=(
                    ("信用基础设施建设", "创新信用融资服务和产品"),
                    ("行业信用监管", "提升信用法治化规范化水平"),
                    ("政务诚信", "进出口信用管理和对外信用合作"),
                    ("资本市场诚信建设", "信用市场化建设"),
                    ("诚信文化", "其他"),
                ),
            ),
        ),
        _wide("案例特色|或亮点", height=1000),
        _wide(
            "案例内容",
            Space(
                3,
                hints=(
                    "2000字以内，需按照模板要求撰写案例",
                    "案例模板：",
                    "一、要解决的问题",
                    "（通过涉及信用体系建设的创新要解决的问题瓶颈）",
                    "二、创新举措",
                    "（具体的涉及信用体系建设创新举措）",
                    "三、工作成效及意义",
                    "（通过创新举措起到了怎样的工作成效及社会效益）",
                ),
            ),
            height=3600,
            upright=True,
        ),
        _wide("推荐单位意见", Opinion(3, room=2)),
        _wide("备注", height=700),
    ),
)

XIAN_VIDEO = Layout(
    campaign="xian-2024",
    form="video",
    annex="附件2",
    title="2024年西安市信用应用场景|优秀微视频评选推荐表",
    widths=_VIDEO,
    rows=(
        *_WORK,
        Row((Label("参选作品简介|（800字）"), Space(5)), 4200),
        Row((Label("推荐单位|意见"), Opinion(5, room=3)), 1700),
        Row((Label("备注"), Space(5)), 900),
    ),
)

_KINDS = "包括但不限于：信用监管创新、守信激励典型、失信惩戒实践等等。"
_PROMISE = "本单位承诺对参评成果的真实性、有效性负责。"

WEIFANG_TEXT = Layout(
    campaign="weifang-2023",
    form="text",
    annex="附件1：",
    title="潍坊市信用典型案例评选申报表",
    widths=_CASE,
    rows=(
        _wide("案例题目"),
        *_CONTACT,
        _wide("成果类型", Space(3, hints=(_KINDS,)), height=800),
        _wide("成果特色|或亮点", height=1500),
        _wide("成果内容", height=5600, upright=True),
        _wide("单位意见", Opinion(3, promise=_PROMISE, room=2), height=1800, upright=True),
    ),
)

WEIFANG_VIDEO = Layout(
    campaign="weifang-2023",
    form="video",
    annex="附件2：",
    title="潍坊市信用典型案例视频评选申报表",
    widths=_CASE,
    rows=(
        _wide("视频名称"),
        *_CONTACT,
        _wide("视频表达|主旨", Space(3, hints=(_KINDS,)), height=800),
        _wide("成果特色|或亮点", height=1500),
        _wide("剧情简介", height=5600, upright=True),
        _wide("单位意见", Opinion(3, promise=_PROMISE, room=2), height=1800, upright=True),
    ),
)

INDUSTRY_VIDEO = Layout(
    campaign="industry-2024",
    form="video",
    annex="附件2",
    title="首届“工业强国·新型工业化”短视频|征选推荐表",
    note="（本表为暂拟，以主办方正式附件为准）",
    widths=_CASE,
    rows=(
        Row((Label("作品名称"), Space(), Label("时长"), Space())),
        _wide("征选主题", Boxes(span=3, lines=(("高端升级", "数智赋能", "绿色低碳"),))),
        _wide("主题说明", Space(3, hints=("作品主题全面的，可在此标注所涉及的其他主题。",)), height=900),
        _wide("参选单位|（个人）"),
        *_CONTACT,
        _wide("主创人员"),
        _wide("作品简介", height=2500, upright=True),
        _wide(
            "参选承诺",
            Opinion(
                3,
                promise="本单位（本人）承诺参选作品为原创，版权无争议，不侵犯第三方合法权益，内容公开且不涉密，并同意本次活动的各项规则。",
                seal="（单位盖章或个人签字）",
                date=True,
                room=1,
            ),
            height=1900,
        ),
        _wide("备注", height=700),
    ),
)

HONGZE_LIAISON = Layout(
    campaign="hongze-quiz-2020",
    form="liaison",
    annex="附件4",
    title="信用知识竞赛工作联络表",
    widths=(1906, 1100, 1200, 1700, 1200, 1200),
    rows=(
        Row(
            (
                Label("单位"),
                Label("姓名"),
                Label("职务"),
                Label("联系电话"),
                Label("需要宣传|海报数量"),
                Label("需要倡议|书数量"),
            ),
            900,
        ),
        *(Row(tuple(Space(centred=True) for _ in range(6)), 700) for _ in range(4)),
    ),
)

#: Every annex that the program draws.
ANNEXES = (
    XINHUA_CASE,
    XINHUA_VIDEO,
    XIAN_CASE,
    XIAN_VIDEO,
    WEIFANG_TEXT,
    WEIFANG_VIDEO,
    INDUSTRY_VIDEO,
    HONGZE_LIAISON,
)
