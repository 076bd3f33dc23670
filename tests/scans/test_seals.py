"""Red seals are found where they are, and nothing else that is red is taken for one."""

from __future__ import annotations

from random import Random

import pytest
from PIL import Image, ImageDraw

from media.pixels import Light, lit
from media.seals import Found, looked_at, seals_on
from tests.scans import spoiling
from tests.scans.paper import DISTRACTIONS, RED, inked, letterhead, mm, page, seal
from tests.scans.seals import Sheet, Tally, measure

BLUE = (30, 60, 200)


def found_on(image: Image.Image) -> tuple[Found, ...]:
    return seals_on(lit(looked_at(image)))


def with_seals(*places: tuple[float, float], diameter: float = 42, colour: tuple[int, int, int] = RED) -> Image.Image:
    """A page with a seal at each of these places in millimetres."""
    image, dice = page(dice=Random(3)), Random(3)
    for place in places:
        image = inked(image, seal(diameter, dice=dice), mm(*place), colour)
    return image


def test_a_seal_is_found_where_it_was_stamped_and_as_large_as_it_is() -> None:
    [found] = found_on(with_seals((140, 240)))
    assert (found.x, found.y) == pytest.approx((140 / 210, 240 / 297), abs=0.01)
    # The middle of the ring lies half its width within the seal.
    assert found.radius * 2 * 297 == pytest.approx(42 - 1.2, abs=0.8)
    assert found.roundness > 0.97


def test_two_seals_that_touch_are_two() -> None:
    found = found_on(with_seals((80, 240), (122, 240)))
    assert sorted(round(each.x * 210) for each in found) == [80, 122]


def test_a_seal_of_another_colour_is_none() -> None:
    assert found_on(with_seals((140, 240), colour=BLUE)) == ()


def test_a_grey_copy_hides_the_seal() -> None:
    assert found_on(spoiling.grey(with_seals((140, 240)))) == ()


@pytest.mark.parametrize("distraction", DISTRACTIONS, ids=lambda draw: draw.__name__)
def test_what_is_red_and_no_seal_is_none(distraction: object) -> None:
    for seed in range(4):
        assert callable(distraction)
        assert found_on(distraction(page(dice=Random(seed)), Random(seed))) == ()


def test_a_seal_is_found_under_a_letterhead_and_in_lamplight() -> None:
    image = letterhead(with_seals((140, 240)), Random(5))
    [found] = found_on(spoiling.compressed(spoiling.shaded(image, Random(5), depth=0.6), 60))
    assert (found.x, found.y) == pytest.approx((140 / 210, 240 / 297), abs=0.01)


def test_a_red_desk_around_the_paper_is_no_seal_and_hides_none() -> None:
    desk = (150, 30, 34)
    assert found_on(spoiling.photographed(page(), Random(2), desk=desk)) == ()
    assert len(found_on(spoiling.photographed(with_seals((140, 240)), Random(2), desk=desk))) == 1


def test_plain_red_circles_and_discs_are_no_seals() -> None:
    image = page(text=False)
    draw = ImageDraw.Draw(image)
    draw.ellipse((*mm(30, 30), *mm(72, 72)), outline=RED, width=9)
    draw.ellipse((*mm(110, 30), *mm(152, 72)), fill=RED)
    assert found_on(image) == ()


def test_empty_and_tiny_pictures_hold_none() -> None:
    assert found_on(Image.new("RGB", (1240, 1754), "white")) == ()
    assert found_on(Image.new("RGB", (1, 1), "red")) == ()
    assert found_on(Image.new("RGB", (3000, 2), "red")) == ()


@pytest.fixture(scope="module")
def tallies() -> tuple[Tally, Tally]:
    """What is found on many pages on their way, and what a finder finds on the same that takes everything red."""
    naive = Tally()

    def told(sheet: Sheet, light: Light, found: int) -> None:
        naive.count(sheet, int(light.level[..., 1].min() < 120))

    return measure(36, 11, told)[""], naive


def test_of_many_pages_on_their_way_nearly_all_seals_are_found_and_nearly_nothing_else(
    tallies: tuple[Tally, Tally],
) -> None:
    tally, _ = tallies
    assert tally.sealed >= 15 and tally.plain >= 15
    assert tally.recalled >= tally.sealed - 1
    assert tally.alarms <= 1


def test_a_finder_that_takes_everything_red_would_fail_the_same_pages(tallies: tuple[Tally, Tally]) -> None:
    _, naive = tallies
    assert naive.alarms > 8
