"""The notice of xian-2024 says exactly what its organisers published."""

from __future__ import annotations

from fractions import Fraction

from rules.film import Aspect, Size
from rules.quota import FREE
from tests.campaigns.shipped import at, labels, notice, period


def test_xian_closes_with_the_end_of_the_day() -> None:
    track = notice("xian-2024").track("case")
    moments = ["2024-02-26 23:59:59", "2024-02-27 00:00:00", "2024-04-23 23:59:59", "2024-04-24 00:00:00"]
    assert [track.is_open(at(moment)) for moment in moments] == [False, True, True, False]
    assert track.closes_text == "4月23日（周二）24:00"
    assert {stage.key: period(stage) for stage in notice("xian-2024").stages} == {
        "activity": ("02-27 00:00", "07-01 00:00:00"),
        "collect": ("02-27 00:00", "04-24 00:00:00"),
        "screen": ("04-24 00:00", "04-30 00:00:00"),
        "select": ("04-30 00:00", "07-01 00:00:00"),
    }


def test_xian_floors_are_one_for_departments_and_three_for_the_rest_and_none_for_videos() -> None:
    cases, videos = (notice("xian-2024").track(key) for key in ("case", "video"))
    keys = [each.key for each in notice("xian-2024").classes]
    assert {key: (cases.quota(key).floor, cases.quota(key).cap, cases.quota(key).soft) for key in keys} == {
        "department": (1, None, False),
        "district": (3, None, False),
        "new_city": (3, None, False),
        "zone": (3, None, False),
    }
    assert [videos.quota(key) for key in keys] == [FREE] * 4


def test_xian_forms_are_those_of_the_annexes() -> None:
    form = notice("xian-2024").form("case")
    assert labels("xian-2024", "case") == [
        "申报单位",
        "联系人",
        "联系电话",
        "邮箱",
        "单位地址",
        "案例题目",
        "案例主题",
        "案例特色或亮点",
        "案例内容",
        "推荐单位意见",
        "备注",
    ]
    theme, content = form.field("theme"), form.field("content")
    assert theme.options == (
        "信用基础设施建设",
        "创新信用融资服务和产品",
        "行业信用监管",
        "提升信用法治化规范化水平",
        "政务诚信",
        "进出口信用管理和对外信用合作",
        "资本市场诚信建设",
        "信用市场化建设",
        "诚信文化",
        "其他",
    )
    assert (len(theme.options), theme.several, theme.other, theme.other_required) == (10, True, "其他", False)
    assert (content.kind, content.limit) == ("sections", 2000)
    assert content.headings == ("一、要解决的问题", "二、创新举措", "三、工作成效及意义")
    assert labels("xian-2024", "video") == [
        "作品名称",
        "时长",
        "导演",
        "制片人或制片单位",
        "参选单位联系人及电话",
        "曾获区县级以上主要荣誉",
        "参选作品剧情摘要（100字）",
        "参选作品简介（800字）",
        "推荐单位意见",
        "备注",
    ]


def test_xian_films_are_upright_and_larger_ones_only_warn() -> None:
    film = notice("xian-2024").track("video").film
    assert film is not None and film.shape is not None and film.picture is not None
    length = film.duration()
    assert length is not None and [length.shortest, length.longest] == [120, 300]
    assert (film.shape.aspects, film.picture.sizes, film.picture.larger) == (
        (Aspect(9, 16),),
        (Size(1080, 1920),),
        "warn",
    )
    assert film.containers is None


def test_xian_weighs_three_tenths_and_seven_tenths_exactly() -> None:
    judging = notice("xian-2024").judging
    assert judging is not None
    assert [judging.weight(key) for key in ("public", "expert", "screening")] == [Fraction(3, 10), Fraction(7, 10), 0]
    assert [(each.key, each.of) for each in judging.rounds] == [
        ("screening", None),
        ("public", "screening"),
        ("expert", "screening"),
    ]
    assert (judging.normalise, judging.round("public").hidden) == ("top100", True)


def test_xian_pledge_has_no_cell_and_one_wording_for_both_tracks() -> None:
    cases, videos = (notice("xian-2024").track(key) for key in ("case", "video"))
    assert cases.pledge is not None
    assert (cases.pledge.printed, videos.pledge) == (False, cases.pledge)
    assert [(level.by, level.self_recommends) for level in videos.chain] == [("recommender", True)]
    assert [outlet.label for outlet in notice("xian-2024").outlets] == [
        "新华信用平台",
        "“中国城市信用”微信公众号",
        "“信用中国（陕西西安）”网站",
    ]


def test_xian_leads_from_each_form_back_to_its_track() -> None:
    xian = notice("xian-2024")
    assert [track.key for track in xian.entered] == ["case", "video"]
    assert [xian.track_of(form) for form in xian.forms] == list(xian.entered)
