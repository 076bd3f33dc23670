"""The notice of industry-2024 says exactly what its organisers published."""

from __future__ import annotations

from fractions import Fraction

from rules.film import Aspect
from tests.campaigns.shipped import at, notice, period


def test_industry_closes_in_july_and_reviews_until_september() -> None:
    track = notice("industry-2024").track("video")
    assert [track.is_open(at(moment)) for moment in ("2024-07-31 23:59:59", "2024-08-01 00:00:00")] == [True, False]
    assert period(notice("industry-2024").stage("review")) == ("08-01 00:00", "10-01 00:00:00")


def test_industry_films_may_be_wide_or_upright_and_only_mp4() -> None:
    film = notice("industry-2024").track("video").film
    assert film is not None and film.shape is not None and film.picture is not None and film.containers is not None
    length = film.duration()
    assert length is not None and [length.shortest, length.longest] == [60, 480]
    assert film.shape.aspects == (Aspect(16, 9), Aspect(9, 16))
    assert (film.picture.short_side, film.containers.formats, film.containers.others) == (1080, ("mp4",), "refuse")


def test_industry_form_is_provisional_and_says_so() -> None:
    form = notice("industry-2024").form("video")
    assert (form.provisional, "没有随通知公布" in form.note) == (True, True)
    theme = form.field("theme")
    assert (theme.options, theme.several) == (("高端升级", "数智赋能", "绿色低碳"), False)
    assert notice("industry-2024").track("video").one_theme is not None


def test_industry_individuals_sign_and_five_disclaimers_are_accepted_one_by_one() -> None:
    classes = {each.key: each.seals for each in notice("industry-2024").classes}
    assert classes == {"department": True, "institution": True, "firm": True, "individual": False}
    assert [pledge.clause for pledge in notice("industry-2024").disclaimers] == [
        f"十一{number}" for number in range(1, 6)
    ]


def test_industry_scores_six_criteria_alike_and_awards_ten_golds() -> None:
    judging, awards = notice("industry-2024").judging, notice("industry-2024").awards
    assert judging is not None and awards is not None
    assert {each.label: judging.criterion_weight(each.key) for each in judging.criteria} == dict.fromkeys(
        ("科学性", "故事性", "创新性", "艺术性", "传播性", "趣味性"), Fraction(1, 6)
    )
    assert (judging.fit, awards.exclusive, awards.open_list) == (True, "unset", True)
    assert [
        (prize.label, prize.slots, prize.each) for prize in awards.prizes if prize.group in ("综合奖", "主题奖")
    ] == [
        ("金奖", 10, "all"),
        ("一等奖", 1, "theme"),
        ("二等奖", 3, "theme"),
        ("优秀奖", None, "theme"),
    ]
    assert [prize.label for prize in awards.prizes if prize.basis == "counts"] == ["优秀组织奖", "特别贡献奖"]
