"""`bank check` lists everything that is wrong with a bank; `bank import` puts a good one beside its notice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.campaigns import UnusableNotices, bank, load, questions
from rules.bank_sheet import COLUMNS
from tests.campaigns.shipped import CAMPAIGNS
from tests.commands.program import call

QUIZ = "hongze-quiz-2020"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the campaigns, whose quiz has no bank yet."""
    copy = Path(shutil.copytree(CAMPAIGNS, tmp_path / "campaigns"))
    (copy / f"{QUIZ}.bank.csv").unlink()
    return copy


def write(file: Path, *rows: str) -> Path:
    file.write_text("\n".join((",".join(COLUMNS), *rows)) + "\n", "utf-8")
    return file


def row(number: int, key: str = "A", source: str = "条例") -> str:
    """A question that resembles no other."""
    name = chr(0x4E00 + 97 * number) * 6
    return f"{name}是什么？,{name}甲,{name}乙,{name}丙,,,,{key},解析,{source},"


GOOD = [row(number) for number in range(10)]


def test_a_good_bank_is_told_with_its_figures(tmp_path: Path) -> None:
    result = call("bank", "check", write(tmp_path / "题库.csv", *GOOD[:9], row(9, "C")))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "可用 10 题，有问题 0 处，提醒 0 处。答案分布：A 9、C 1。"
        "不看题总选最长的选项能对 33%，总选最短的能对 33%，瞎猜能对 33%。\n"
    )


def test_all_faults_and_warnings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [row(0, "D"), *GOOD[1:], row(1), row(11, source=""), row(12).replace("解析", "")]
    result = call("bank", "check", write(tmp_path / "题库.csv", *rows))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "第 2 行：答案是 D，选项只到 C。请核对答案和选项。",
        "第 12 行：和第 3 行重复。请删去一题。",
        "第 13 行：没有来源。请写明出自哪部法规或文件，例如“《征信业管理条例》第十六条”。",
        "第 14 行（提醒）：没有解析，答错的人看不到为什么。建议补一句。",
    ]
    assert result.stdout.startswith("可用 10 题，有问题 3 处，提醒 1 处。")


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    file = write(tmp_path / "题库.csv", *GOOD[:9], row(9).replace("解析", ""))
    result = call("bank", "check", file)
    assert (result.exit_code, result.stderr.count("（提醒）")) == (0, 1)


def test_too_few_questions_are_a_failure(tmp_path: Path, folder: Path) -> None:
    file = write(tmp_path / "题库.csv", *GOOD[:9])
    told = "每次抽取 10 题，可用的只有 9 题，不能开赛。请补足或改好上面的题。"
    result = call("bank", "check", file)
    assert (result.exit_code, result.stderr.splitlines()) == (1, [told])
    result = call("bank", "import", QUIZ, file, "--campaigns", folder)
    assert (result.exit_code, result.stderr) == (1, f"{told}没有导入，原有题库没有变。\n")
    assert list(folder.glob("*bank*")) == []


def test_the_rules_of_a_campaign_decide(tmp_path: Path, folder: Path) -> None:
    notice = folder / f"{QUIZ}.toml"
    text = notice.read_text("utf-8")
    for old, new in (
        ("draw = 10", "draw = 3"),
        ("correct = 5", "correct = 2"),
        ('reading = "shuffled"', 'reading = "fixed"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    notice.write_text(text, "utf-8")
    file = write(tmp_path / "题库.csv", *GOOD[:2], row(3).replace(f"{row(3).split(',')[3]},", "以上都对,"))
    assert call("bank", "check", file, "--campaign", QUIZ, "--campaigns", folder).exit_code == 0
    assert "以上都对" in call("bank", "check", file).stderr


def test_a_bank_is_imported_beside_its_notice_and_the_former_one_is_kept(tmp_path: Path, folder: Path) -> None:
    here = folder / f"{QUIZ}.bank.csv"
    result = call("bank", "import", QUIZ, write(tmp_path / "a.csv", *GOOD), "--campaigns", folder)
    told = f"原有 0 题，现在 10 题：新增 10，改动 0，去掉 0。已写入 {here}。正在运行的程序重启后用新题库。"
    assert (result.exit_code, result.stdout.splitlines()[1]) == (0, told)
    first = here.read_bytes()
    assert questions(folder / f"{QUIZ}.toml") == 10

    other = write(tmp_path / "b.csv", row(0, "B"), *GOOD[2:], row(20), row(21), row(22, ""))
    result = call("bank", "import", QUIZ, other, "--campaigns", folder)
    kept = here.with_name(f"{here.name}.bak")
    told = (
        f"原有 10 题，现在 11 题：新增 2，改动 1，去掉 1。已写入 {here}，原有的另存为 {kept.name}。"
        "正在运行的程序重启后用新题库。"
    )
    assert (result.exit_code, result.stdout.splitlines()[1]) == (1, told)
    assert result.stderr.splitlines() == ["第 13 行：没有答案。请写一个字母（A 到 C）。"]
    assert kept.read_bytes() == first
    found = bank(folder / f"{QUIZ}.toml")
    assert found is not None and (len(found.questions), found.questions[0].key, found.faults) == (11, 1, ())
    assert sorted(path.name for path in folder.glob("*bank*")) == [here.name, kept.name]


def test_a_dry_run_writes_nothing(tmp_path: Path, folder: Path) -> None:
    file = write(tmp_path / "a.csv", *GOOD)
    result = call("bank", "import", QUIZ, file, "--dry-run", "--campaigns", folder)
    told = "原有 0 题，现在 10 题：新增 10，改动 0，去掉 0。没有写（--dry-run）。"
    assert (result.exit_code, result.stdout.splitlines()[1]) == (0, told)
    assert list(folder.glob("*bank*")) == []


def test_importing_the_same_bank_again_keeps_no_copy_of_it(tmp_path: Path, folder: Path) -> None:
    file = write(tmp_path / "a.csv", *GOOD)
    for _ in range(2):
        result = call("bank", "import", QUIZ, file, "--campaigns", folder)
    assert (result.exit_code, "另存" in result.stdout) == (0, False)
    assert [path.name for path in folder.glob("*bank*")] == [f"{QUIZ}.bank.csv"]


def test_a_broken_bank_can_be_replaced_and_is_kept(tmp_path: Path, folder: Path) -> None:
    here = folder / f"{QUIZ}.bank.csv"
    here.write_bytes(b"\xff\xff\xff")
    with pytest.raises(UnusableNotices, match="文字编码"):
        load(folder, QUIZ)
    result = call("bank", "import", QUIZ, write(tmp_path / "a.csv", *GOOD), "--campaigns", folder)
    assert (result.exit_code, here.with_name(f"{here.name}.bak").read_bytes()) == (0, b"\xff\xff\xff")
    assert load(folder, QUIZ).quiz is not None


def test_what_cannot_be_imported_is_one_sentence(tmp_path: Path, folder: Path) -> None:
    file = write(tmp_path / "a.csv", *GOOD)
    result = call("bank", "import", "xian-2024", file, "--campaigns", folder)
    assert (result.exit_code, result.stderr) == (
        1, "“xian-2024”没有知识竞赛（通知里没有 [quiz]），用不上题库。请核对活动名。\n",
    )  # fmt: skip
    assert "里没有“hongze”这个活动" in call("bank", "import", "hongze", file, "--campaigns", folder).stderr
    result = call("bank", "check", tmp_path / "absent.xlsx")
    assert (result.exit_code, result.stderr.startswith("absent.xlsx：读不了这个文件")) == (1, True)
