"""What ffmpeg says is understood in the words of old and new versions, however much a hostile film makes it say."""

from __future__ import annotations

from fractions import Fraction

import pytest

from media.ears import MOST_STRETCHES, Ears
from rules.measured import Stretch, Whole

NEW = """\
[Parsed_showinfo_4 @ 0x55] [info] n:   0 pts:      0 pts_time:0       duration:      1
[Parsed_blackdetect_2 @ 0x55] [info] black_start:4 black_end:7.2 black_duration:3.2
[Parsed_freezedetect_3 @ 0x55] [info] lavfi.freezedetect.freeze_start: 4.2
[silencedetect @ 0x55] [info] silence_start: 6.001
[silencedetect @ 0x55] [info] silence_end: 9.5 | silence_duration: 3.499
[h264 @ 0x55] [error] error while decoding MB 36 14, bytestream 2640
[h264 @ 0x55] [info] concealing 920 DC, 920 AC, 920 MV errors in B frame
[vist#0:0/h264 @ 0x55] [dec:h264 @ 0x55] [warning] corrupt decoded frame
[Parsed_showinfo_4 @ 0x55] [info] n:  59 pts:     59 pts_time:11.8    duration:      1
[Parsed_vfrdet_0 @ 0x55] [info] VFR:0.500000 (10/20)
[Parsed_ebur128_9 @ 0x55] [info] Summary:
[Parsed_ebur128_9 @ 0x55] [info]
    I:         -25.6 LUFS
[in#0 @ 0x55] [verbose]   Input stream #0:0 (video): 301 packets read (1 bytes); 300 frames decoded; 1 decode errors;
"""


def whole(said: str) -> Whole:
    ears = Ears()
    for line in said.splitlines():
        ears.hear(line)
    return ears.whole()


def test_everything_is_heard() -> None:
    assert whole(NEW) == Whole(
        seconds=Fraction(12), frames=300, faults=1, spoiled=1, steady=False,
        black=(Stretch(Fraction(4), Fraction("7.2")),), frozen=(Stretch(Fraction("4.2"), Fraction(12)),),
        silent=(Stretch(Fraction("6.001"), Fraction("9.5")),), loudness=Fraction("-25.6"),
    )  # fmt: skip


@pytest.mark.parametrize(("said", "loudness"), [("[info]     I:         -70.0 LUFS", -70), ("    I: -inf LUFS", -70)])
def test_silence_has_a_loudness(said: str, loudness: int) -> None:
    assert whole(said).loudness == loudness


def test_an_older_ffmpeg_says_the_same_in_other_words() -> None:
    said = "[warning] corrupt decoded frame in stream 0\n"
    said += "[verbose] Input stream #0:0 (video): 5 packets read (1 bytes); 5 frames decoded;"
    assert (whole(said).spoiled, whole(said).frames) == (1, 5)


@pytest.mark.parametrize("reason", ["Cannot allocate memory", "No space left on device"])
def test_a_lack_of_ours_is_told_apart_from_damage(reason: str) -> None:
    ears = Ears()
    ears.hear(f"[out#2/mp4 @ 0x55] [error] Error writing: {reason}")
    assert ears.starved


def test_nothing_said_is_a_film_without_pictures() -> None:
    assert whole("") == Whole(Fraction(0), 0)


def test_a_film_that_makes_it_talk_for_ever_is_kept_in_bounds() -> None:
    said = "\n".join(f"black_start:{number} black_end:{number + 0.5} x" for number in range(5000))
    assert len(whole(said).black) == MOST_STRETCHES
