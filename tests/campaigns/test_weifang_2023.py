"""The notice of weifang-2023 says exactly what its organisers published."""

from __future__ import annotations

from rules.film import Size
from tests.campaigns.shipped import labels, notice, period


def test_weifang_stages_share_days() -> None:
    assert {stage.key: period(stage) for stage in notice("weifang-2023").stages} == {
        "collect": ("07-15 00:00", "08-31 00:00:00"),
        "screen": ("08-31 00:00", "09-05 00:00:00"),
        "vote": ("09-05 00:00", "09-11 00:00:00"),
        "review": ("09-10 00:00", "09-16 00:00:00"),
        "notice": ("09-15 00:00", "09-21 00:00:00"),
    }


def test_weifang_floors_are_soft_and_the_same_for_text_and_video() -> None:
    for track in notice("weifang-2023").tracks:
        found = {each.key: track.quota(each.key) for each in notice("weifang-2023").classes}
        assert {key: (quota.floor, quota.soft) for key, quota in found.items()} == {
            "county": (2, True),
            "zone": (1, True),
            "member": (1, True),
            "other": (0, False),
        }


def test_weifang_forms_are_those_of_the_annexes() -> None:
    text, video = (notice("weifang-2023").form(key) for key in ("text", "video"))
    assert labels("weifang-2023", "text") == [
        "案例题目",
        "联系人",
        "联系电话",
        "邮箱",
        "单位地址",
        "成果类型",
        "成果特色或亮点",
        "成果内容",
        "单位意见",
    ]
    assert labels("weifang-2023", "video") == [
        "视频名称",
        "联系人",
        "联系电话",
        "邮箱",
        "单位地址",
        "视频表达主旨",
        "成果特色或亮点",
        "剧情简介",
        "单位意见",
    ]
    kind, purpose = text.field("type"), video.field("purpose")
    assert (kind.options, kind.open, kind.other) == (("信用监管创新", "守信激励典型", "失信惩戒实践"), True, None)
    assert (purpose.options, purpose.open, purpose.several) == (kind.options, True, kind.several)
    assert (text.field("content").limit, text.field("content").figures, video.field("plot").limit) == (2000, True, None)
    assert (
        text.field("opinion").printed == "本单位承诺对参评成果的真实性、有效性负责。" == video.field("opinion").printed
    )
    assert [(track.pledge.text, track.pledge.printed) for track in notice("weifang-2023").tracks if track.pledge] == [
        (text.field("opinion").printed, True)
    ] * 2


def test_weifang_films_reach_full_high_definition_on_each_side() -> None:
    film = notice("weifang-2023").track("video").film
    assert film is not None and film.picture is not None and film.containers is not None
    length = film.duration()
    assert length is not None and [length.shortest, length.longest, film.shape] == [180, 300, None]
    assert (film.picture.at_least, film.picture.turned) == (Size(1920, 1080), "hold")
    assert film.containers.formats == ("avi", "mpeg", "mp4", "mov")


def test_weifang_has_forty_winners_for_16200_yuan() -> None:
    awards = notice("weifang-2023").awards
    assert awards is not None and awards.totals is not None
    assert [(prize.label, prize.slots, prize.gift) for prize in awards.prizes] == [
        ("一等奖", 1, 1396),
        ("二等奖", 3, 936),
        ("三等奖", 6, 336),
        ("优秀奖", 10, 188),
        ("优秀组织奖", None, 0),
    ]
    assert [awards.winners("text"), awards.winners("video"), awards.cost("text"), awards.cost("video")] == [
        20,
        20,
        8100,
        8100,
    ]
    assert (awards.totals.winners, awards.totals.cost, awards.ties) == (40, 16200, "committee")


def test_weifang_names_its_mails_with_a_literal_plus() -> None:
    mail = notice("weifang-2023").mail
    assert mail is not None
    assert mail.subject == "{推荐单位名称}+{联系人}+{联系电话}"
    assert (mail.work, mail.loose) == ("{参赛者姓名}（{单位名称}）+{作品名称}+{联系电话}", ("＋", "空格"))
