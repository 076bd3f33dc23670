"""`./xinshi export`: the folder it makes, and what it says."""

from __future__ import annotations

from pathlib import Path

from tests.commands.program import call, deployment


def test_an_export_of_a_fresh_deployment_and_again(tmp_path: Path) -> None:
    config, out = deployment(tmp_path, campaigns=["hongze-quiz-2020"]), tmp_path / "out"
    call("roster", "import", "hongze-quiz-2020", Path("campaigns/hongze-quiz-2020.roster.csv"), "--config", config)
    first = call("export", "hongze-quiz-2020", out, "--csv", "--config", config)
    assert (first.exit_code, first.stdout) == (
        0, f"导出到“{out}”：共 11 个文件，新的或有变动 11 个，没有变 0 个，移除 0 个。\n",
    )  # fmt: skip
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        ".xinshi-export", "00 说明.txt", "01 总表.xlsx", "02 联系人.docx", "04 答题统计.xlsx",
        "05 报送参加答题人数和组织推广工作的图文资料（汇总）.docx",
        "05 报送参加答题人数和组织推广工作的图文资料（汇总）.xlsx",
        "CSV/任务分工.csv", "CSV/任务报送.csv", "CSV/信用知识竞赛工作联络表.csv", "CSV/单位.csv", "SHA256SUMS",
        "清单.csv",
    ]  # fmt: skip
    rows = (out / "CSV/任务分工.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 50
    assert [row for row in rows if "没有这一家" in row] == [
        "1,区信用办,7月8日至10日集中组织一次现场宣传活动，主题自选；发动辖区内政府部门、社会团体、企事业单位人员和公众关注并答题；"
        "在公共场所张贴宣传海报；动员企业、个体工商户关注并答题,,,,名单里没有这一家",
        ",区民政局,,,,,分工表里没有这一家",
        ",邮政公司,,,,,分工表里没有这一家",
    ]
    again = call("export", "hongze-quiz-2020", out, "--config", config)
    assert "新的或有变动 1 个，没有变 6 个，移除 4 个" in again.stdout


def test_what_was_changed_by_hand_is_told_and_left(tmp_path: Path) -> None:
    config, out = deployment(tmp_path, campaigns=["hongze-quiz-2020"]), tmp_path / "out"
    call("export", "hongze-quiz-2020", out, "--csv", "--config", config)
    (out / "CSV/单位.csv").write_text("改过")
    said = call("export", "hongze-quiz-2020", out, "--config", config)
    assert (said.exit_code, "导出后被改过，没有动它：CSV/单位.csv" in said.stderr) == (1, True)


def test_a_foreign_folder_and_an_unknown_campaign_are_refused(tmp_path: Path) -> None:
    config = deployment(tmp_path, campaigns=["xian-2024"])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("x")
    said = call("export", "xian-2024", tmp_path / "full", "--config", config)
    assert (said.exit_code, "里面有别的文件，没有写入" in said.stderr) == (1, True)
    said = call("export", "weifang-2023", tmp_path / "out", "--config", config)
    assert (said.exit_code, "配置里没有活动“weifang-2023”" in said.stderr) == (1, True)
