"""Rules on works that nobody, or hardly anybody, can meet: films, floors, forms that are not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rules.film import Aspect, FilmRule, Size
from rules.hurts.hurt import Hurt, setting
from rules.notice import Notice
from rules.tracks import Track

#: The larger side of a picture that ordinary phones and programs give at most (4K).
WIDEST = 3840
#: Bits a second of an ordinary export at 1080P.
ORDINARY = 8_000_000
_MEGABYTE = 1 << 20


def hurts(notice: Notice) -> Iterator[Hurt]:
    """What is wrong with each track's own rules, and with its forms."""
    for track in notice.tracks:
        yield from _floors(notice, track)
        if track.film is not None:
            yield from _film(notice, track, track.film)
    for form in notice.forms:
        if form.provisional:
            yield Hurt(
                "hurt", "provisional", form.clause,
                f"{form.annex}没有随通知公布，现在用的是暂用表；正式表换上以后，单位可能要重填、重盖章。",
                f"form.{form.key}.provisional = true", "发通知时附上正式表。", f"form.{form.key}.blank",
            )  # fmt: skip


def _floors(notice: Notice, track: Track) -> Iterator[Hurt]:
    for quota in track.quotas:
        barred = [klass for key in quota.classes if not (klass := notice.unit_class(key)).enters]
        if quota.floor and quota.counts == "own" and barred:
            yield Hurt(
                "stop", "floor_barred", quota.clause,
                f"{'、'.join(each.label for each in barred)}不能报送作品，却要求报{track.noun}。",
                f"floor = {quota.floor}（{track.measure}），enters = false", "去掉这一类的数量要求，或让它可以报送。",
                setting(notice, f"track.{track.key}.quota"),
            )  # fmt: skip


def _film(notice: Notice, track: Track, film: FilmRule) -> Iterator[Hurt]:
    place = f"track.{track.key}.film"
    if wrong := _shapes(film):
        yield Hurt(
            "stop" if wrong[0] else "hurt", "film_shape", film.picture.clause if film.picture else "",
            f"{track.label}的画面比例和尺寸合不到一起：{wrong[1]}", wrong[2],
            "改画面比例，或改画面尺寸，让两条能同时做到。", setting(notice, f"{place}.picture"),
        )  # fmt: skip
    yield from _weight(notice, track, film)
    item = track.item("film")
    refusing = film.containers is not None and film.containers.others == "refuse"
    if refusing and item is not None and film.containers and not set(film.containers.formats) & set(item.formats):
        yield Hurt(
            "stop", "film_formats", film.containers.clause,
            f"{track.label}收的文件格式和检查的格式没有一个相同，什么视频都报不进来。",
            f"收 {'、'.join(item.formats)}，检查 {'、'.join(film.containers.formats)}", "把两处写成一样。",
            setting(notice, f"{place}.containers"),
        )  # fmt: skip


def _shapes(film: FilmRule) -> tuple[bool, str, str] | None:
    """Whether aspects and sizes exclude each other (or leave only giant pictures), in words and figures."""
    if film.shape is None or film.picture is None:
        return None
    aspects, told = film.shape.aspects, " 或 ".join(map(str, film.shape.aspects))
    if sizes := film.picture.sizes:
        if film.picture.larger == "refuse" and not any(_fits(size, each) for size in sizes for each in aspects):
            return True, "按尺寸做的片子比例不对，按比例做的尺寸不对。", f"{told}；{' 或 '.join(map(str, sizes))}"
        if not any(_fits(size, each) for size in sizes for each in aspects):
            return False, "写明的尺寸没有一个是这个比例。", f"{told}；{' 或 '.join(map(str, sizes))}"
        return None
    bound = film.picture.at_least
    if bound is None:
        return None
    smallest = min((_smallest(each, bound, film.picture.turned) for each in aspects), key=lambda size: max(size))
    if max(smallest) > WIDEST or min(smallest) > 2160:
        size = f"{smallest[0]}×{smallest[1]}"
        return False, f"两条都做到的画面至少要 {size}，一般的手机和剪辑软件做不出来。", f"{told}；不小于 {bound}"
    if max(smallest) > max(bound.width, bound.height):
        size = f"{smallest[0]}×{smallest[1]}"
        return False, f"两条都做到的画面至少要 {size}，比通常的导出尺寸大。", f"{told}；不小于 {bound}"
    return None


def _fits(size: Size, aspect: Aspect) -> bool:
    """Whether a size has an aspect, to within a hundredth."""
    return abs(Fraction(size.width, size.height) / aspect.ratio - 1) <= Fraction(1, 100)


def _smallest(aspect: Aspect, bound: Size, turned: str) -> tuple[int, int]:
    """The smallest picture of an aspect that reaches a size, upright or, where that passes, turned."""
    ways = [bound] + ([Size(bound.height, bound.width)] if turned in ("pass", "note", "warn", "hold") else [])
    found = []
    for each in ways:
        scale = max(Fraction(each.width, aspect.width), Fraction(each.height, aspect.height))
        found.append((int(scale * aspect.width), int(scale * aspect.height)))
    return min(found, key=max)


def _weight(notice: Notice, track: Track, film: FilmRule) -> Iterator[Hurt]:
    """A most and a least of the file's size that length and bit rate do not allow."""
    most = film.weight.most if film.weight is not None else None
    if film.weight is None or most is None:
        return
    place = setting(notice, f"track.{track.key}.film.weight.most")
    shortest, longest = min(each.shortest for each in film.durations), max(each.longest for each in film.durations)
    least_rate = film.bit_rate.least if film.bit_rate is not None else None
    if least_rate is not None and shortest * least_rate / 8 > most:
        yield Hurt(
            "stop", "film_weight", film.weight.clause,
            f"{track.label}的码率下限和文件大小上限做不到一起：最短的片子也超过上限。",
            f"{int(shortest)} 秒 × {least_rate / 1e6:g} Mbps = {_size(shortest * least_rate / 8)}，上限 {_size(most)}",
            "放宽文件大小，或去掉码率下限。", place,
        )  # fmt: skip
    elif longest * ORDINARY / 8 > most:
        yield Hurt(
            "hurt", "film_weight_tight", film.weight.clause,
            f"{track.label}的文件大小上限偏紧：照规定的时长用一般的 1080P 导出就会超过，很多单位要重新压缩。",
            f"{int(longest)} 秒 × 8 Mbps = {_size(longest * ORDINARY / 8)}，上限 {_size(most)}",
            "放宽文件大小的上限。", place,
        )  # fmt: skip


def _size(count: Fraction | int) -> str:
    return f"{float(count) / _MEGABYTE:.0f} MB"
