"""`notice check` lists everything that is wrong with a campaign's files, and `notice show` says what a notice means."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import typer
from docx import Document
from typer.testing import CliRunner

from bot.campaigns import NoSuchCampaign, UnusableNotices, ids, load, load_all
from bot.commands.notice import register
from rules.duties import read_duties
from tests.campaigns.shipped import CAMPAIGNS, IDS, notice

QUIZ = "hongze-quiz-2020"


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the campaigns, to be spoilt."""
    return Path(shutil.copytree(CAMPAIGNS, tmp_path / "campaigns"))


def run(app: typer.Typer, *words: object) -> tuple[int, list[str], list[str]]:
    result = CliRunner().invoke(app, ["notice", *map(str, words)])
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def spoil(file: Path, old: str, new: str) -> int:
    """Replace a piece of a file once; gives the line where the new piece ends."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + new.count("\n") + 1


def annex(file: Path, *labels: str) -> None:
    """A Word file with one row for each label."""
    file.parent.mkdir(parents=True, exist_ok=True)
    document = Document()
    table = document.add_table(rows=len(labels), cols=2)
    for row, label in zip(table.rows, labels, strict=True):
        row.cells[0].text = label
    document.save(str(file))


def test_the_five_notices_and_their_annexes_have_no_problem(app: typer.Typer) -> None:
    code, said, wrong = run(app, "check", *(CAMPAIGNS / f"{name}.toml" for name in IDS))
    assert (code, wrong) == (0, [])
    assert said == [
        "xinhua-2021：没有问题。2 类作品，2 张表，23 项，13 处不明确的条款，43 个单位。",
        "xian-2024：没有问题。2 类作品，2 张表，22 项，14 处不明确的条款，46 个单位。",
        "weifang-2023：没有问题。2 类作品，2 张表，18 项，13 处不明确的条款，36 个单位。",
        "industry-2024：没有问题。1 类作品，1 张表，13 项，5 处不明确的条款，7 个单位。",
        "hongze-quiz-2020：没有问题。1 张表，6 项，12 处不明确的条款，48 个单位，43 行任务，284 道题；"
        "没有分配任务的单位：区民政局、邮政公司。",
    ]


def test_a_year_without_known_holidays_is_named_and_is_no_problem(app: typer.Typer, folder: Path) -> None:
    file = folder / "industry-2024.toml"
    file.write_text(file.read_text("utf-8").replace("2024-", "2198-"), "utf-8")
    code, said, wrong = run(app, "check", file)
    assert (code, wrong) == (0, [])
    assert said[0].endswith("，7 个单位；2198 年的节假日安排还不知道，提醒只避开周末。")


def test_the_settings_of_reminding_are_checked_and_shown(app: typer.Typer, folder: Path) -> None:
    file = folder / "xian-2024.toml"
    settings = (
        '[reminders]\nclause = "四"\nbefore = ["5 天", "30 分钟"]\nat = ["2024-04-08 10:00"]\nidle = "无"\n'
        'quiet = "22:00–07:00"\nworkdays = false\nmost = 1\noff = ["deadline"]\n\n[retention]'
    )
    spoil(file, "[retention]", settings)
    code, said, wrong = run(app, "show", "xian-2024", "--campaigns", folder)
    assert (code, wrong) == (0, [])
    place = said.index("提醒 〔四〕")
    assert said[place + 1 : place + 4] == [
        "  截止前 5 天、截止前 30 分钟、2024年4月8日（周一）10:00",
        "  免打扰 22:00–07:00，不分工作日，每人每天最多 1 条",
        "  关着的规则：deadline",
    ]
    for old, new in (
        ('"5 天"', '"五天"'), ("22:00–07:00", "晚上"), ("most = 1", "most = 0"), ('["deadline"]', '["all"]'),
        ('idle = "无"', 'daily = "23:00"'),
    ):  # fmt: skip
        spoil(file, old, new)
    _, _, wrong = run(app, "check", file)
    assert [line.split("：")[0].rpartition(" ")[2] for line in wrong[:-1]] == [
        "reminders.before[1]", "reminders.quiet", "reminders.most", "reminders.off[1]",
    ]  # fmt: skip
    spoil(file, '"五天"', '"5 天"')
    spoil(file, "晚上", "22:00–07:00")
    spoil(file, "most = 0", "most = 1")
    spoil(file, '["all"]', "[]")
    _, _, wrong = run(app, "check", file)
    assert "reminders.daily：每天提醒的钟点 23:00 在免打扰时段 22:00–07:00 里。" in wrong[0]


def test_what_will_hurt_is_told_with_figures_and_a_way_out_and_what_stops_a_campaign_ends_with_1(
    app: typer.Typer, folder: Path
) -> None:
    code, said, _ = run(app, "hurts", "weifang-2023", "--campaigns", folder)
    assert code == 1
    assert said[:4] == [
        "不改走不下去（1 处）",
        "  1. 网络投票和专家评审各占多少没有定：不定下来，投票就开不了。（《通知》七）",
        "     依据：weights = {}",
        '     怎么办：写明比例，例如 weights = { public = "30 %", expert = "70 %" }。（switch.weights.reading）',
    ]
    assert said[-1] == "不改走不下去 1 处，会吃苦头 1 处，请留意 4 处，没有写明的条款 11 处。"
    spoil(folder / "weifang-2023.toml", 'reading = "unset"', 'reading = "half"')
    code, said, _ = run(app, "hurts", "weifang-2023", "--campaigns", folder)
    assert (code, said[0]) == (0, "会吃苦头（2 处）")
    code, said, wrong = run(app, "hurts", "nowhere", "--campaigns", folder)
    assert (code, said) == (1, [])
    assert "nowhere" in wrong[0]


def test_every_problem_is_told_with_its_file_and_line(app: typer.Typer, folder: Path) -> None:
    file = folder / "xian-2024.toml"
    first = spoil(file, 'code = "XA"', 'code = "西安"')
    second = spoil(file, "floor = 3", "flor = 3")
    code, said, wrong = run(app, "check", file, folder / "weifang-2023.toml")
    assert code == 1
    assert said == ["weifang-2023：没有问题。2 类作品，2 张表，18 项，13 处不明确的条款，36 个单位。"]
    assert wrong == [
        f"{file}:{first}: code：编号前缀应为 1 到 6 个大写字母，写的是“西安”。",
        f"{file}:{second}: track.case.quota[2].flor：不认识的键“flor”。"
        "这里可用的键：classes、clause、floor、cap、soft、counts、moves。",
        "共 2 个问题。",
    ]


def test_a_label_that_the_blank_annex_lacks_is_told_at_its_field(app: typer.Typer, folder: Path) -> None:
    form = notice(QUIZ).form("liaison")
    annex(folder.parent / form.blank, "单　位", "姓\n名", "职务：", "联系方式", "需要宣传海报数量", "需要倡议书数量")
    file = folder / f"{QUIZ}.toml"
    line = spoil(file, 'key = "phone"', 'key = "phone"') - 1
    assert run(app, "check", file, "--root", folder.parent) == (
        1,
        [],
        [
            f"{file}:{line}: form.liaison.field.phone：空白表 {form.blank} 里找不到“联系电话”这一格。"
            "请核对标签，或换上正确的空白表。",
            "共 1 个问题。",
        ],
    )


def test_an_annex_that_is_no_word_file_is_told(app: typer.Typer, folder: Path) -> None:
    blank = folder.parent / notice(QUIZ).form("liaison").blank
    blank.parent.mkdir(parents=True)
    blank.write_bytes(b"not a Word file")
    code, _, wrong = run(app, "check", folder / f"{QUIZ}.toml", "--root", folder.parent)
    assert (code, len(wrong)) == (1, 2)
    assert "form.liaison.blank：空白表" in wrong[0]


def test_a_wrong_row_of_the_roster_is_told_with_its_row(app: typer.Typer, folder: Path) -> None:
    line = spoil(folder / "xian-2024.roster.csv", "碑林区,,碑林区人民政府,区县,", "碑林区,,碑林区人民政府,城区,")
    assert run(app, "check", folder / "xian-2024.toml") == (
        1,
        [],
        [
            f"{folder / 'xian-2024.roster.csv'}:{line}: “碑林区”的类别“城区”不在通知的单位类别里；"
            "可用：市级部门、区县、西咸新区、开发区。",
            "共 1 个问题。",
        ],
    )


BANK = "题目,选项A,选项B,答案,来源\n"
NAMES = "甲乙丙丁戊己庚辛壬癸"


def test_a_bank_that_is_too_small_is_told(app: typer.Typer, folder: Path) -> None:
    bank = folder / f"{QUIZ}.bank.csv"
    good = [f"{name * 9}？,对,不对,A,条例\n" for name in NAMES]
    bank.write_text(BANK + "".join(good[:9]) + ",,,,\n", "utf-8")
    code, _, wrong = run(app, "check", folder / f"{QUIZ}.toml")
    assert (code, len(wrong)) == (1, 2)
    assert wrong[0].endswith("quiz.draw：每次抽取 10 题，题库里只有 9 题，不能开赛。")
    bank.write_text(BANK + "".join(good), "utf-8")
    code, said, _ = run(app, "check", folder / f"{QUIZ}.toml")
    assert (code, "，10 道题；" in said[0]) == (0, True)


def test_a_wrong_question_is_told_in_its_own_file(app: typer.Typer, folder: Path) -> None:
    bank = folder / f"{QUIZ}.bank.csv"
    bank.write_text(
        BANK + "".join(f"{name * 9}？,对,不对,{'C' if name == '丙' else 'A'},条例\n" for name in NAMES), "utf-8"
    )
    code, _, wrong = run(app, "check", folder / f"{QUIZ}.toml")
    assert (code, wrong[1:]) == (
        1, [f"{bank}:4: 答案是 C，选项只到 B。请核对答案和选项。", "共 2 个问题。"],
    )  # fmt: skip
    bank.write_bytes(b"\xff\xff\xff")
    code, _, wrong = run(app, "check", folder / f"{QUIZ}.toml")
    told = f"{bank}:1: {bank.name}：文字编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”后再试。"
    assert (code, wrong) == (1, [told, "共 1 个问题。"])


def test_a_faulty_table_of_duties_is_told_in_its_own_file(app: typer.Typer, folder: Path) -> None:
    duties = folder / f"{QUIZ}.duties.toml"
    line = spoil(duties, 'kinds = ["media"]', 'kinds = ["radio"]')
    code, _, wrong = run(app, "check", folder / f"{QUIZ}.toml")
    assert (code, wrong[0][: wrong[0].index("：")]) == (1, f"{duties}:{line}: duty[9].kinds[1]")
    assert len(read_duties((CAMPAIGNS / f"{QUIZ}.duties.toml").read_text("utf-8")).rows) == 44


def test_a_file_that_is_not_there_or_no_text_is_told(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes("标题".encode("gb18030"))
    code, _, wrong = run(app, "check", tmp_path / "a.toml", tmp_path / "b.toml")
    assert (code, [line.split("：")[0] for line in wrong]) == (
        1,
        [f"{tmp_path / 'a.toml'}:1: 读不了这个文件", f"{tmp_path / 'b.toml'}:1: 读不了这个文件", "共 2 个问题。"],
    )


@pytest.mark.parametrize("name", IDS)
def test_show_prints_every_field_stage_and_unclear_clause(app: typer.Typer, name: str) -> None:
    code, said, wrong = run(app, "show", name)
    text = "\n".join(said)
    found = notice(name)
    wanted = [
        *(f" {field.label}：" for form in found.forms for field in form.fields),
        *(f"{stage.label}：" for stage in found.stages),
        *(switch.question for switch in found.switches),
        *(f"● {switch.chosen.label}（{switch.reading}）" for switch in found.switches),
        *(f"○ {other.label}" for switch in found.switches for other in switch.alternatives if other != switch.chosen),
    ]
    assert (code, wrong, [each for each in wanted if each not in text]) == (0, [], [])


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("xian-2024", "  案例征集：2024年2月27日（周二）00:00 起，2024年4月23日（周二）24:00 止 〔三（一）〕"),
        ("xian-2024", "  区县、西咸新区、开发区：不少于 3 个 〔二（一）〕"),
        ("xian-2024", "  网络投票，占 3/10 〔三（二）2〕"),
        ("weifang-2023", "  县市区：不少于 2 篇（只提醒，不限制） 〔四〕"),
        ("weifang-2023", "  合计 40 名，礼品 16200 元"),
        ("xinhua-2021", "  省（自治区、直辖市）牵头部门：不超过 10 个（经同意可调整） 〔一（四）2〕"),
        ("industry-2024", "  画面尺寸：短边不小于 1080 〔七（二）〕"),
        ("hongze-quiz-2020", "  每次随机 10 题，答对 5 题及以上可领红包，次数不限"),
    ],
)
def test_show_says_it_in_plain_words(app: typer.Typer, name: str, line: str) -> None:
    assert run(app, "show", name)[1].count(line) == 1


def test_show_refuses_what_is_not_there_or_has_faults(app: typer.Typer, folder: Path) -> None:
    code, said, wrong = run(app, "show", "xian-2025", "--campaigns", folder)
    assert (code, said) == (1, [])
    assert wrong == [f"{folder} 里没有“xian-2025”这个活动；有：{'、'.join(sorted(IDS))}。请核对活动名。"]
    spoil(folder / "xian-2024.toml", 'code = "XA"', 'code = "西安"')
    code, said, wrong = run(app, "show", "xian-2024", "--campaigns", folder)
    assert (code, said, wrong[0]) == (1, [], str(folder / "xian-2024.toml"))


def test_all_notices_are_loaded_by_id_and_all_faulty_ones_are_named(folder: Path) -> None:
    assert ids(folder) == tuple(sorted(IDS))
    assert load_all(folder) == {name: notice(name) for name in sorted(IDS)}
    spoil(folder / "xian-2024.toml", 'code = "XA"', 'code = "西安"')
    spoil(folder / "weifang-2023.toml", 'code = "WF"', "code = 1")
    with pytest.raises(UnusableNotices) as caught:
        load_all(folder)
    assert list(caught.value.faults) == [folder / "weifang-2023.toml", folder / "xian-2024.toml"]
    with pytest.raises(NoSuchCampaign):
        load(folder, "hongze-quiz-2020.duties")
