"""The notice of xinhua-2021 says exactly what its organisers published."""

from __future__ import annotations

from rules.film import Aspect, Size
from rules.quota import FREE, standing
from tests.campaigns.shipped import at, labels, notice, period


def test_xinhua_closes_after_the_last_second_of_five_o_clock() -> None:
    track = notice("xinhua-2021").track("case")
    moments = ["2021-10-10 23:59:59", "2021-10-11 00:00:00", "2021-10-25 17:00:00", "2021-10-25 17:00:01"]
    assert [track.is_open(at(moment)) for moment in moments] == [False, True, True, False]
    assert track.closes_text == "10月25日（周一）17:00"


def test_xinhua_runs_in_four_stages() -> None:
    assert {stage.key: period(stage) for stage in notice("xinhua-2021").stages} == {
        "launch": ("10-09 00:00", "10-11 00:00:00"),
        "collect": ("10-11 00:00", "10-25 17:00:01"),
        "review": ("10-26 00:00", "11-09 00:00:00"),
        "result": ("11-01 00:00", "12-01 00:00:00"),
    }


def test_xinhua_caps_cases_at_ten_a_province_and_consent_moves_the_cap() -> None:
    cases, videos = (notice("xinhua-2021").track(key) for key in ("case", "video"))
    quota = cases.quota("province")
    assert (quota.floor, quota.cap, quota.moves, quota.counts, quota.clause) == (
        0,
        10,
        True,
        "recommended",
        "一（四）2",
    )
    assert [standing(quota, 10).left, standing(quota, 10, cap=12).left, standing(quota, 10, cap=8).over] == [0, 2, 2]
    assert [cases.quota("unit"), videos.quota("province")] == [FREE, FREE]


def test_xinhua_case_form_is_that_of_the_annex() -> None:
    form = notice("xinhua-2021").form("case")
    assert labels("xinhua-2021", "case") == [
        "申报单位",
        "联系人",
        "联系电话",
        "邮箱",
        "单位地址",
        "案例题目",
        "案例主题",
        "案例特色或亮点",
        "案例内容",
    ]
    theme, content, seal = form.field("theme"), form.field("content"), form.field("seal")
    assert theme.options == (
        "“信易贷”（促进金融服务实体经济）",
        "提升信用法治化规范化水平",
        "信用监管",
        "信用优化营商环境",
        "信用惠民",
        "信用信息归集共享",
        "诚信文化",
        "政务诚信",
        "农村信用体系",
        "信用助力防范化解金融风险",
        "品牌与质量信用",
        "生态环保信用",
        "科研诚信",
        "网络诚信",
        "其他",
    )
    assert (len(theme.options), theme.several, theme.other, theme.other_required) == (15, True, "其他", True)
    assert (content.kind, content.limit, seal.into) == ("text", 2000, "content")


def test_xinhua_video_form_has_three_opinions_and_puts_the_category_into_the_remark() -> None:
    form = notice("xinhua-2021").form("video")
    assert labels("xinhua-2021", "video") == [
        "作品名称",
        "时长",
        "导演",
        "制片人或制片单位",
        "参选单位联系人及电话",
        "曾获区县级以上主要荣誉",
        "参选作品剧情摘要（100字）",
        "参选作品简介（800字）",
        "推荐单位意见",
        "省（自治区、直辖市）信用牵头部门组委会意见",
        "论坛组委会意见",
        "备注",
    ]
    assert [(field.signs, field.dated) for field in form.fields if field.kind == "opinion"] == [
        ("推荐单位", True),
        ("省（自治区、直辖市）信用牵头部门", True),
        ("论坛组委会", True),
    ]
    assert [form.field(key).limit for key in ("digest", "introduction")] == [100, 800]
    assert (form.field("category").into, form.field("category").source) == ("remark", "ask")
    assert [level.field for level in notice("xinhua-2021").track("video").chain] == [
        "recommender",
        "province",
        "committee",
    ]


def test_xinhua_films_are_two_to_five_minutes_in_sixteen_to_nine() -> None:
    film = notice("xinhua-2021").track("video").film
    assert film is not None and film.shape is not None and film.picture is not None and film.containers is not None
    length = film.duration("剧情类")
    assert length is not None and [length.shortest, length.longest] == [120, 300]
    assert film.shape.aspects == (Aspect(16, 9),)
    assert film.picture.sizes == (Size(1920, 1080), Size(2560, 1440), Size(3840, 2160))
    assert (film.containers.formats, film.containers.others) == (("mp4", "mov", "avi", "mpeg"), "warn")


def test_xinhua_ballot_is_secret_and_its_weights_are_nobody_s_invention() -> None:
    judging, awards = notice("xinhua-2021").judging, notice("xinhua-2021").awards
    assert judging is not None and awards is not None
    assert (judging.weights, judging.weight("expert")) == ((), None)
    assert [each.key for each in judging.rounds if each.secret] == ["expert"]
    assert {prize.label: prize.slots for prize in awards.prizes} == {
        "典型信用案例": None,
        "剧情类最佳微视频": None,
        "纪实类最佳微视频": None,
        "动画类最佳微视频": None,
        "最佳原创剧本": None,
    }
    assert awards.open_list
