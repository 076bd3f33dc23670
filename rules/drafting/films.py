"""What a notice asks of a film that can be measured: length, aspect, size of the picture, format, weight, coding."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rules.drafting.clauses import Sentence
from rules.drafting.film_lengths import write_duration
from rules.drafting.sheet import Table

_ASPECT = re.compile(r"(?<![\d:：])(16|9|4|3|21|1|5)\s*[:：比]\s*(9|16|3|4|1|5)(?![\d:：])")
_SIZE = re.compile(r"(\d{3,4})\s*(?:像素)?\s*[*×xX✕✖乘]\s*(\d{3,4})")
_LINES = re.compile(r"(?<!\d)(720|1080|1440|2160)\s*[PpiI]|([248])\s*[Kk](?![a-zA-Z])")
_FORMATS = re.compile(
    r"(?<![a-z.])\.?(mp4|mov|avi|mpeg|mpg|wmv|mkv|flv|m4v|rmvb|mts|m2ts|3gp|"
    r"webm)(?![a-z\d])",
    re.IGNORECASE,
)
_UNIT = r"\s*(G|M|K|千?兆|吉)(?:B|字节)?(?!bps|b/s|p)"
_WEIGHT_MOST = re.compile(
    rf"(?:不[得能可]?(?:超过|大于|超出|多于)|(?<!不)(?<!不得)(?<!不能)小于|控制在|最大|"
    rf"(?<!不)(?<!不得)(?<!不能)低于|限制?在)\s*(\d+(?:\.\d+)?){_UNIT}|"
    rf"(\d+(?:\.\d+)?){_UNIT}\s*(?:以内|之内|内|以下)",
    re.IGNORECASE,
)
_WEIGHT_LEAST = re.compile(
    rf"(?:不[得能可]?(?:小于|低于|少于)|(?<!不)(?<!不得)(?<!不能)大于|"
    rf"至少)\s*(\d+(?:\.\d+)?){_UNIT}|(\d+(?:\.\d+)?){_UNIT}\s*以上",
    re.IGNORECASE,
)
_WEIGHT_RANGE = re.compile(
    r"(\d+(?:\.\d+)?)\s*(G|M|K|兆)?B?\s*(?:至|到|—{1,2}|-|~)\s*(\d+(?:\.\d+)?)\s*(G|M|K|"
    r"兆)B?(?!bps|b/s|p)",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:码率|码流|比特率)[^，。；\d]{0,12}(\d+(?:\.\d+)?)\s*([MKk])(?:bps|b/s|"
    r"bit/s)?(\s*(?:以上|以下|以内))?",
    re.IGNORECASE,
)
_FRAMES = re.compile(
    r"(\d{2,3})(?:\s*(?:至|到|—|-|~|或|/|、)\s*(\d{2,3}))?\s*(?:帧(?:/秒|每秒)?|fps|p/s)", re.IGNORECASE
)
_PER_SECOND = re.compile(r"(?:帧率|帧速率?)[^，。；\d]{0,10}(\d{2,3})")
_VIDEO_CODECS = (("h264", r"H\.?\s*264|AVC"), ("hevc", r"H\.?\s*265|HEVC"), ("mpeg2video", r"MPEG-?2编码"))
_AUDIO_CODECS = (("aac", r"\bAAC|AAC"), ("mp3", r"MP3(?=编码|音频)"))
_FLOOR = re.compile(r"不[得能可]?(?:低于|小于|少于)|以上|至少|最低|及以上|大于等于|起")
_KNOWN = {"16:9", "9:16", "4:3", "3:4", "1:1", "21:9", "5:4", "4:5"}


def film_of(sentences: Sequence[Sentence], track: Table, clause: str) -> Table:
    """The film rule of a track, from the sentences that speak of its films."""
    film = track.table("film")
    write_duration(sentences, film)
    _shape(sentences, film)
    _picture(sentences, film)
    _containers(sentences, film)
    _weight(sentences, film)
    _rates(sentences, film)
    _codecs(sentences, film)
    film.tables = [table for table in film.tables if table.entries]
    return film


def _shape(sentences: Sequence[Sentence], film: Table) -> None:
    aspects: list[str] = []
    source = None
    wide = tall = None
    for sentence in sentences:
        for hit in _ASPECT.finditer(sentence.text):
            aspect = f"{hit[1]}:{hit[2]}"
            if aspect in _KNOWN and not _is_clock(sentence.text, hit):
                source = source or sentence
                aspects.append(aspect)
        if re.search(r"横[屏版向]|横幅画面|横竖", sentence.text):
            wide = wide or sentence
        if re.search(r"竖[屏版向]", sentence.text) or "横竖" in sentence.text:
            tall = tall or sentence
    table = film.table("shape")
    if source is not None:
        table.put("aspects", list(dict.fromkeys(aspects)), source)
        table.put("clause", source.clause)
    elif (only := wide or tall) and not (wide and tall):
        told = ("横屏", "16:9") if wide else ("竖屏", "9:16")
        table.put("aspects", [told[1]], only, ask=f"通知只写了“{told[0]}”，没有写比例；按 {told[1]} 把关，对吗？")
        table.put("clause", only.clause)


def _is_clock(text: str, hit: re.Match[str]) -> bool:
    return bool(re.search(r"[上下]午\s*$|\d日\s*$", text[: hit.start()]))


def _picture(sentences: Sequence[Sentence], film: Table) -> None:
    table = film.table("picture")
    for sentence in sentences:
        sizes = list(_SIZE.finditer(sentence.text))
        if sizes:
            first, last = sizes[0], sizes[-1]
            near = re.split("[，。；]", sentence.text[max(0, first.start() - 16) : first.start()])[-1]
            near += re.split("[，。；]", sentence.text[last.end() : last.end() + 8])[0]
            named = [f"{hit[1]}×{hit[2]}" for hit in sizes]
            if _FLOOR.search(near):
                table.put("at_least", named[0], sentence)
            else:
                table.put("sizes", list(dict.fromkeys(named)), sentence)
                table.put("larger", "warn", ask=f"比 {named[-1]} 更大的画面收不收？暂按收下并提醒。")
            table.put("clause", sentence.clause)
            return
    for sentence in sentences:
        if (hit := _LINES.search(sentence.text)) and re.search("分辨率|清晰|画质|像素|视频|高清|格式", sentence.text):
            lines = int(hit[1]) if hit[1] else {"2": 1440, "4": 2160, "8": 4320}[hit[2]]
            table.put("short_side", lines, sentence, note=f"“{hit[0]}”读作短边不少于 {lines} 像素。")
            table.put("clause", sentence.clause)
            return


def _containers(sentences: Sequence[Sentence], film: Table) -> None:
    for sentence in sentences:
        found = list(_FORMATS.finditer(sentence.text))
        if found:
            table = film.table("containers")
            formats = list(dict.fromkeys(hit[1].lower() for hit in found))
            etc = sentence.text[found[-1].end() : found[-1].end() + 3].lstrip("格式 ").startswith("等") or bool(
                re.search("(等|主流|常用|通用)[^，。；]{0,4}格式", sentence.text)
            )
            table.put("formats", formats, sentence)
            table.put(
                "others", "warn" if etc else "refuse", note="格式清单以“等”结尾，别的格式收下并提醒。" if etc else ""
            )
            table.put("clause", sentence.clause)
            return


def formats_of(film: Table) -> list[str]:
    """The file formats that the rule names, else the usual ones."""
    named = next((table.get("formats") for table in film.tables if table.name.endswith(".containers")), None)
    return named or ["mp4", "mov", "avi", "mpeg"]


def _weight(sentences: Sequence[Sentence], film: Table) -> None:
    for sentence in sentences:
        if not re.search("大小|文件|容量|格式|视频|作品|兆", sentence.text):
            continue
        table = film.table("weight")
        if hit := _WEIGHT_RANGE.search(sentence.text):
            table.put("least", f"{hit[1]} {_unit(hit[2] or hit[4])}B", sentence)
            table.put("most", f"{hit[3]} {_unit(hit[4])}B", sentence)
            table.put("clause", sentence.clause)
            return
        for key, pattern in (("least", _WEIGHT_LEAST), ("most", _WEIGHT_MOST)):
            if hit := pattern.search(sentence.text):
                amount, unit = (hit[1], hit[2]) if hit[1] else (hit[3], hit[4])
                table.put(key, f"{amount} {_unit(unit)}B", sentence)
        if table.entries:
            table.put("clause", sentence.clause)
            return


def _unit(told: str) -> str:
    return {"兆": "M", "千兆": "G", "吉": "G"}.get(told, told.upper())


def _rates(sentences: Sequence[Sentence], film: Table) -> None:
    for sentence in sentences:
        if hit := _RATE.search(sentence.text):
            table = film.table("bit_rate")
            most = re.search("以下|以内|不超过|不高于|不大于", hit[0])
            table.put("most" if most else "least", f"{hit[1]} {'Mbps' if hit[2] == 'M' else 'kbps'}", sentence)
            table.put("clause", sentence.clause)
        if hit := _FRAMES.search(sentence.text) or _PER_SECOND.search(sentence.text):
            table = film.table("frame_rate")
            near = re.split("[，；。、]", sentence.text[: hit.start()])[-1] + sentence.text[hit.end() : hit.end() + 4]
            second = hit[2] if hit.re is _FRAMES else None
            if _FLOOR.search(near):
                table.put("least", hit[1], sentence)
            else:
                table.put("rates", [hit[1], *([second] if second else [])], sentence)
            table.put("clause", sentence.clause)


def _codecs(sentences: Sequence[Sentence], film: Table) -> None:
    for sentence in sentences:
        video = [name for name, pattern in _VIDEO_CODECS if re.search(pattern, sentence.text, re.IGNORECASE)]
        audio = [name for name, pattern in _AUDIO_CODECS if re.search(pattern, sentence.text, re.IGNORECASE)]
        if video or audio:
            table = film.table("codecs")
            if video:
                table.put("video", video, sentence)
            if audio:
                table.put("audio", audio, sentence)
            table.put("others", "refuse")
            table.put("clause", sentence.clause)
            return
