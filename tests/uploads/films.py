"""Films for the trial: one that fits a notice, as heavy as wanted, and for each notice those with one fault or many."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from tests.films.making import run

#: Pictures a second of films that only have to be wrong.
SLOW = 2
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
WIDE, TALL = "1920x1080", "1080x1920"


@dataclass(frozen=True, slots=True)
class Film:
    """How a film is made. `filters` and `muted` go over picture and sound; `turned`: stored so, shown on its side."""

    size: str
    seconds: float
    ending: str = "mp4"
    how: tuple[str, ...] = _H264
    sound: bool = True
    filters: str = ""
    muted: str = ""
    turned: int = 0
    kept: int = 100
    bits: int = 0
    rate: int = SLOW

    def made(self, path: Path) -> Path:
        """The film under this path; `kept` is the share of its bytes in percent that is left."""
        self._encode(path)
        if self.turned:
            upright = path.with_name(f"upright.{self.ending}")
            path.replace(upright)
            run("-display_rotation", str(self.turned), "-i", upright, "-c", "copy", path)
            upright.unlink()
        if self.kept < 100:
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size * self.kept // 100)
        return path

    def _encode(self, path: Path) -> None:
        grain = ",noise=alls=30:allf=t" if self.bits > 10**7 else ""
        picture = f"testsrc2=s={self.size}:r={self.rate}:d={self.seconds}{grain}"
        tone = ("-f", "lavfi", "-i", f"sine=f=330:beep_factor=4:d={self.seconds},volume=2{self.muted}")
        rate = [f"{self.bits}"] * 3 if self.bits else []
        weight = ("-b:v", rate[0], "-maxrate", rate[1], "-bufsize", rate[2]) if rate else ("-crf", "40")
        weight = weight if "libx264" in self.how else ("-q:v", "20")
        coded = (*self.how, *weight, "-g", str(self.rate * 2))
        silence = () if self.sound else ("-an",)
        look = ("-vf", self.filters) if self.filters else ()
        run("-f", "lavfi", "-i", picture, *tone, *look, *coded, *silence, path)


def heavy(size: str, seconds: int, megabytes: int) -> Film:
    """A film of about this weight that is right in everything else."""
    bits = megabytes * 2**20 * 8 // seconds
    more = ("-x264-params", "nal-hrd=cbr:force-cfr=1:filler=1") if bits < 10**7 else ()
    return Film(size, seconds, how=(*_H264, *more), bits=bits, rate=25 if megabytes > 100 else 10)


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong file: what is wrong with it, the name it is sent under, and how it is made."""

    what: str
    name: str
    make: Callable[[Path], object] = field(compare=False)

    def made(self, folder: Path) -> Path:
        """The file, in a folder of its own so that several may have the same name."""
        room = folder / self.what
        room.mkdir(parents=True, exist_ok=True)
        path = room / self.name
        if not path.exists():
            self.make(path)
        return path


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a notice asks, as far as its wrong films hang on it: a size that fits, and the bounds of length."""

    size: str
    shortest: int
    longest: int
    other_way: str


def faults(bounds: Bounds) -> Iterator[Fault]:
    """Wrong files for a notice: every one is sent, and every answer read."""
    fit, length = bounds.size, bounds.shortest + 10

    def film(what: str, name: str = "参选视频.mp4", **more: object) -> Fault:
        told = {"size": fit, "seconds": length, **more}
        return Fault(what, name, Film(**told).made)  # type: ignore[arg-type]  # the fields of Film by name

    wide = fit == WIDE
    yield film("画面 4:3", size="1440x1080")
    yield film("横竖相反", size=bounds.other_way)
    yield film("手机横竖拍反（旋转标记）", turned=90)
    yield film("分辨率低", size="1280x720" if wide else "720x1280")
    yield film("分辨率更高", size="2880x1620" if wide else "1620x2880", rate=2)
    yield film("太短", seconds=bounds.shortest - 20)
    yield film("太长", seconds=bounds.longest + 15, rate=2)
    yield film("恰好最短", seconds=bounds.shortest)
    yield film("格式 mkv", "参选视频.mkv", ending="mkv")
    yield film("格式 mkv 改名 mp4", "参选视频.mp4", how=(*_H264, "-f", "matroska"))
    yield film("格式 wmv", "参选视频.wmv", ending="wmv", how=("-c:v", "wmv2", "-c:a", "wmav2"))
    yield film("没有声音", sound=False)
    yield film("没有传完", kept=60)
    black = f"drawbox=c=black:t=fill:enable='between(t,{length // 2},{length // 2 + 20})'"
    yield film("中间黑屏 20 秒", filters=black)
    yield film("中间静音 30 秒", muted=f",volume=0:enable='between(t,{length // 2},{length // 2 + 30})'")
    yield film("画面停住 40 秒", filters=f"loop=loop={40 * SLOW}:size=1:start={length // 2 * SLOW},setpts=N/{SLOW}/TB")
    yield film("全片静音", muted=",volume=0")
    yield film("处处都错", "参选视频.wmv", size="640x480", seconds=20, sound=False, ending="wmv", how=("-c:v", "wmv2"))
    yield from _no_films(film)


def _no_films(film: Callable[..., Fault]) -> Iterator[Fault]:
    """What is called a film and is none."""
    list_of = b"#EXTM3U\n#EXTINF:10,\nhttp://cdn.example/1.ts\n"
    yield Fault("图片改名 mp4", "参选视频.mp4", _picture)
    yield Fault("播放列表改名 mp4", "参选视频.mp4", lambda path: path.write_bytes(list_of))
    yield Fault("压缩包改名 mp4", "参选视频.mp4", _packed)
    yield Fault("只有声音", "参选视频.mp4", lambda path: run("-f", "lavfi", "-i", "sine=d=130", path))
    yield Fault("文字改名 mp4", "参选视频.mp4", lambda path: path.write_bytes("这是说明".encode() * 50))
    yield Fault("乱码", "参选视频.mp4", lambda path: path.write_bytes(bytes(range(256)) * 4000))
    yield Fault("压缩包", "参选视频.zip", _packed)
    yield Fault("表格", "推荐表.xlsx", _packed)
    yield Fault("照片", "现场照片.jpg", _picture)


def _picture(path: Path) -> None:
    Image.new("RGB", (1920, 1080), (40, 90, 160)).save(path, "JPEG")


def _packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("参选视频.mp4", b"0" * 4096)
