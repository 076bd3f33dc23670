"""The report of a rehearsal is whole in itself, hides nothing that was said, and believes nothing that was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from rehearsal import report_people
from rehearsal.hurts import hurts
from rehearsal.record import Record, Table, Unreached
from rehearsal.report import write
from rehearsal.report_load import load
from rehearsal.report_owing import matrices, shown_instants
from tests.browsing import fits
from tests.campaigns.shipped import IDS, at
from tests.rehearsal.records import UNITS, blank, having, letter, own, person, record, reply, with_lines

EVIL = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>\"'&{{ 7*7 }}"
#: What may stand in a page; anything else came in with somebody's words.
TAGS = set(
    "html head meta title style body header main footer section nav p h1 h2 h3 a span small b code div ol ul li dl dt "
    "dd table thead tbody tr th td figure figcaption svg rect line details summary br".split()
)
#: What makes a browser fetch or run something.
_FETCHING = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "style"}


class Page(HTMLParser):
    """What of a page matters here: its tags, links, ids, text, and everything that would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.wrong: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.add(value or "")
            if name in _FETCHING or name.startswith("on"):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(folder: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in sorted(folder.rglob("*.html"))}


def astray(folder: Path) -> Iterator[str]:
    """Links that lead out of the report or nowhere."""
    found = pages(folder)
    for path, page in found.items():
        for link in page.links:
            place, _, anchor = link.partition("#")
            target = (path.parent / unquote(place)).resolve() if place else path
            if "://" in link or link.startswith("//") or not target.is_relative_to(folder.resolve()):
                yield f"{path.name}: {link} leads out"
            elif not target.exists() or (anchor and anchor not in found[target].ids):
                yield f"{path.name}: {link} leads nowhere"


def hostile(folder: Path) -> Record:
    """A rehearsal in which every text that somebody can choose is hostile."""
    calm = record()
    who = person(EVIL, EVIL, [own(at("2024-03-02 10:00"), EVIL), reply(at("2024-03-02 10:00"), EVIL),
                              letter(at("2024-03-03 10:00"), EVIL, kind=EVIL)], role=EVIL)  # fmt: skip
    owing = tuple(replace(each, unit=EVIL, klass=EVIL) if each.unit == "区县1" else each for each in calm.owing)
    return replace(
        calm, people=(*calm.people, replace(who, habit=EVIL)), owing=owing, faults=(EVIL,),
        unreached=(Unreached(at("2024-03-03 10:00"), EVIL, EVIL, EVIL),),
        timeline=(replace(calm.timeline[0], text=EVIL),), results=(Table(EVIL, (EVIL,), ((EVIL,),)),),
        files={EVIL: blank(folder, "a.docx"), "../../a.docx": blank(folder, "b.docx"), "没有.zip": folder / "none"},
    )  # fmt: skip


def test_a_hostile_rehearsal_gives_a_harmless_report_whose_links_all_lead_somewhere(tmp_path: Path) -> None:
    whole = hostile(tmp_path)
    index = write(whole, tmp_path / "report")
    assert index == tmp_path / "report" / "index.html"
    found = pages(index.parent)
    assert len(found) == len(whole.people) + 1
    for path, page in found.items():
        assert page.tags <= TAGS, path
        assert page.wrong == [], path
    assert list(astray(index.parent)) == []
    assert found[index].text.count(EVIL) >= 9
    assert "（没有找到）" in found[index].text
    made = {path.relative_to(index.parent).parts[0] for path in index.parent.rglob("*") if path.is_file()}
    assert made == {"index.html", "people", "files"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.docx", "b.docx", "report"]


def test_this_look_at_pages_sees_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    (folder / "people").mkdir(parents=True)
    (folder / "index.html").write_text(
        '<script>1</script><img src=x onerror=y><a href="https://a.example/">a</a><a href="gone.html">b</a>'
        '<a href="people/1.html#p9">c</a><a href="../out.html">d</a>', "utf-8",
    )  # fmt: skip
    (folder / "people" / "1.html").write_text('<p id="p1">', "utf-8")
    page = pages(folder)[folder / "index.html"]
    assert page.tags - TAGS == {"script", "img"}
    assert page.wrong == ["img src=x", "img onerror=y"]
    assert [told.rpartition(" leads ")[2] for told in astray(folder)] == ["out", "nowhere", "nowhere", "out"]


@pytest.mark.parametrize("name", IDS)
def test_a_calm_rehearsal_of_every_notice_tells_what_hurts_and_asks_nobody_for_anything(
    name: str, tmp_path: Path
) -> None:
    whole = record(name)
    index = write(whole, tmp_path)
    html = index.read_text("utf-8")
    page = pages(tmp_path)[index]
    for each in hurts(whole):
        assert each.what in page.text
        assert each.mend in page.text or each.key == "unclear"
        assert each.place in page.text
    assert html.index('id="hurts"') < html.index('id="timeline"') < html.index('id="load"')
    assert "程序自己的毛病" not in page.text
    assert "http" not in html.replace("http-equiv", "")
    assert "url(" not in html
    assert "@import" not in html
    assert list(astray(tmp_path)) == []


def test_faults_of_the_program_stand_before_everything_else(tmp_path: Path) -> None:
    html = write(record(faults=("报送件数：程序说 71，大家记得的是 70",)), tmp_path).read_text("utf-8")
    assert html.index("报送件数：程序说 71") < html.index('id="hurts"')


def test_every_line_of_everybody_is_on_their_page_in_order(tmp_path: Path) -> None:
    whole = with_lines(record(), [letter(at("2024-04-01 09:30"), "第一行\n第二行"), own(at("2024-04-01 09:31"), "3")])
    write(whole, tmp_path)
    for place, each in enumerate(whole.people, 1):
        text = pages(tmp_path)[tmp_path / "people" / f"{place:04}.html"].text
        position = text.index("2024年")
        for line in each.lines:
            position = text.index(line.text, position) + len(line.text)
            assert all(label in text for label in line.buttons)
    first = (tmp_path / "people" / "0001.html").read_text("utf-8")
    assert "第一行\n第二行" in first
    assert "只看主动发给他的 3 条" in first


def test_a_crowd_shares_pages_and_whoever_was_not_reached_is_linked_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_people, "CROWD", 20)
    monkeypatch.setattr(report_people, "SHARED", 10)
    players = tuple(
        person(f"答题的人{number}", f"{number % 3} 局", [own(at("2024-03-02 10:00"), f"答题{number}")], role="公众")
        for number in range(25)
    )
    calm = record()
    missed = (Unreached(at("2024-03-02 11:00"), "答题的人13", "结果", "取消了关注"),)
    write(replace(calm, people=(*calm.people, *players), unreached=missed), tmp_path)
    assert [path.name for path in sorted((tmp_path / "people").glob("more*"))] == [
        "more-001.html", "more-002.html", "more-003.html",
    ]  # fmt: skip
    assert "people/more-002.html#p4" in pages(tmp_path)[tmp_path / "index.html"].links
    assert list(astray(tmp_path)) == []
    shared = pages(tmp_path)[tmp_path / "people" / "more-002.html"].text
    assert all(f"答题{number}" in shared for number in range(10, 20))
    assert "答题20" not in shared


def test_whoever_was_not_reached_is_linked_by_the_name_they_gave_in_the_chat(tmp_path: Path) -> None:
    named = with_lines(record(), [own(at("2024-03-01 10:00"), "王老师")])
    missed = (
        Unreached(at("2024-03-02 11:00"), "王老师", "提醒", "没有渠道"),
        Unreached(at("2024-03-02 11:00"), "没有人认识", "提醒", "没有渠道"),
    )
    html = write(replace(named, unreached=missed), tmp_path).read_text("utf-8")
    assert '<td><a href="people/0001.html">王老师</a></td>' in html
    assert "<td>没有人认识</td>" in html


def test_a_later_report_in_the_same_folder_leaves_nobody_of_the_earlier_one(tmp_path: Path) -> None:
    whole = record()
    write(whole, tmp_path)
    write(replace(whole, people=whole.people[:2]), tmp_path)
    assert [path.name for path in sorted((tmp_path / "people").iterdir())] == ["0001.html", "0002.html"]


def test_half_a_character_and_what_cannot_be_seen_do_not_break_a_page(tmp_path: Path) -> None:
    lines = [own(at("2024-03-02 10:00"), "半个\ud83d字\x00\u202e")]
    index = write(record(people=(person("甲", "区县1", lines),)), tmp_path)
    assert "半个?字" in (index.parent / "people" / "0001.html").read_text("utf-8")


def test_files_that_lie_in_the_report_are_linked_where_they_lie_and_folders_are_carried_whole(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "report", tmp_path / "made"
    (folder / "made").mkdir(parents=True)
    elsewhere.mkdir()
    blank(elsewhere, "一.docx")
    files = {
        "附件/一.docx": blank(folder / "made", "一.docx"),
        "导出": elsewhere,
        "附件/二.docx": blank(tmp_path, "二"),
    }
    write(record(files=files), folder)
    assert [unquote(link) for link in pages(folder)[folder / "index.html"].links if "people" not in link][-3:] == [
        "made/一.docx", "files/导出", "files/附件/二.docx",
    ]  # fmt: skip
    assert (folder / "files" / "导出" / "一.docx").read_text("utf-8") == "附件"


def test_the_matrix_shows_what_each_unit_had_at_each_instant_and_who_owes_most_first() -> None:
    spoilt = having(record(), ["区县5"], [("03-01 10:00", 0), ("04-22 10:00", 2), ("04-24 00:00", 1)])
    [matrix] = matrices(spoilt)
    assert (matrix["label"], len(matrix["rows"])) == ("信用案例", len(UNITS))
    first = matrix["rows"][0]
    assert (first["unit"], first["klass"], first["owes"]) == ("区县5", "区县", 2)
    assert [cell["have"] for cell in first["cells"]][-1] == 1
    assert matrix["owing"][-1] == 1
    assert matrix["owing"][0] == len(UNITS) - 1, "nothing is known yet of the one that was looked at later"


def test_few_instants_are_shown_of_many_and_the_last_days_closely() -> None:
    opens = at("2024-02-27 00:00")
    many = [opens + timedelta(hours=12 * step) for step in range(113)]
    shown = shown_instants(many)
    assert shown == sorted(shown)
    assert 8 <= len(shown) <= 10
    assert (shown[0], shown[-1]) == (many[0], many[-1])
    assert sum(each > many[-1] - timedelta(days=4) for each in shown) == 5
    assert shown_instants(many[:4]) == many[:4]


def test_bars_count_every_message_once() -> None:
    whole = with_lines(record(), [own(at("2024-04-01 23:10")), reply(at("2024-04-01 23:10"), "好")], people=3)
    found = load(whole)
    lines = [line for each in whole.people for line in each.lines]
    assert sum(each["own"] + each["told"] for each in found["days"]["table"]) == len(lines)
    assert found["clock"]["whole"] == sum(line.kind == "own" for line in lines)
    assert found["clock"]["resting"] == 3
    assert load(record(people=())) == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_the_report_fits_a_phone_and_a_desk(width: int, tmp_path: Path, browser: Browser) -> None:
    index = write(hostile(tmp_path), tmp_path / "report")
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index.html", "people/0001.html", "people/0021.html"):
        page.goto((index.parent / name).as_uri())
        assert fits(page)
    assert all(url.startswith("file:") for url in asked)
    assert len(asked) == 3
    page.close()
