"""`./xinshi recount BUNDLE`: counts a published round again, from its bundle alone: no database, no settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.stop import Stop, stopped
from rules.draws import recount_draw
from rules.points import spoken
from rules.recount import Difference, recount
from sealing.receipts import genuine, shown

#: Bytes of a bundle that are read: 2000 entries and 200 experts stay far below.
_LARGEST = 256 * 2**20
_FIRST = 10


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("recount")(again)


@stopped
def again(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="公布的开票包（.json）")],
    commitment: Annotated[str, typer.Option(help="投票前公布的封存承诺（64 位），核对规则没有改过")] = "",
    receipt: Annotated[str, typer.Option(help="您的回执号，核对您的选票在内")] = "",
    draw: Annotated[Path | None, typer.Option(help="公布的抽签记录（.draw.json），重新抽一遍核对")] = None,
    verify_key: Annotated[str, typer.Option(help="主办方公布的验签公钥（64 位），不写就用开票包里的")] = "",
) -> None:
    """按公布的开票包重新计票，和公布的名次逐项核对；一致时以 0 退出，不一致以 1 退出。

    例：./xinshi recount 开票包.json --receipt 7F3K-9QTM-0A1B-2C3D
    """
    found = _read(bundle)
    differences = [*recount(found), *_signed(found, found, verify_key), *_asked(found, commitment, receipt)]
    lots = _read(draw) if draw is not None else None
    if lots is not None:
        differences += [*recount_draw(lots, found), *_signed(lots, found, verify_key)]
    for difference in differences:
        typer.echo(f"✗ {difference.part}：应为 {difference.expected}，公布的是 {difference.found}")
    if differences:
        typer.echo(f"不一致：共 {len(differences)} 处。请把开票包和上面几行发给主办方和监票人。")
        raise typer.Exit(1)
    _told(found, commitment, receipt)
    if lots is not None:
        typer.echo("抽签一致：种子是投票开始时封好的那一个，先后由种子和报的数（" + lots["said"] + "）算出，签名验过。")
        typer.echo("  先后：" + "、".join(f"作品 {entry}" for entry in lots["order"]))


def _read(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > _LARGEST:
        raise Stop(f"“{path.name}”有 {path.stat().st_size} 字节，开票包不会超过 {_LARGEST} 字节，请核对文件。")
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        raise Stop(f"“{path.name}”不是 JSON 文件，请用主办方公布的开票包原件。") from None
    if not isinstance(found, dict):
        raise Stop(f"“{path.name}”不是开票包，请用主办方公布的原件。")
    return found


def _signed(found: Mapping[str, Any], bundle: Mapping[str, Any], verify_key: str) -> list[Difference]:
    try:
        opening = bundle["opening"]
        key = verify_key or opening["verify_key"]
        result, signature = bytes.fromhex(found["result"]), bytes.fromhex(found["signature"])
        sound = genuine(opening["paper"]["round"], result, signature, key)
    except (KeyError, TypeError, ValueError):
        sound = False
    return [] if sound else [Difference("签名", "主办方服务器对结果的签名", "验不过或没有")]


def _asked(found: Mapping[str, Any], commitment: str, receipt: str) -> list[Difference]:
    differences = []
    if commitment and commitment.strip().lower() != found.get("commitment"):
        differences.append(Difference("封存承诺", commitment, str(found.get("commitment"))))
    if receipt and _place(found, receipt) is None:
        differences.append(Difference("回执", receipt, "不在计入的选票里"))
    return differences


def _place(found: Mapping[str, Any], receipt: str) -> int | None:
    """The place of a receipt among the leaves, from 0."""
    wanted = receipt.replace("-", "").replace(" ", "").upper()
    leaves = found.get("leaves")
    for place, leaf in enumerate(leaves if isinstance(leaves, list) else ()):
        if shown(bytes.fromhex(leaf)).replace("-", "") == wanted:
            return place
    return None


def _told(found: Mapping[str, Any], commitment: str, receipt: str) -> None:
    experts, cast = len(found["opening"]["roll"]), len(found["cast"])
    typer.echo(f"一致：{cast} 张选票（名单 {experts} 人），{len(found['board'])} 个评分，名次逐项相同，签名验过。")
    if found["withheld"]:
        typer.echo(f"其中 {len(found['withheld'])} 项计票不足，为保密只公布名次，这几项的名次照公布的算。")
    if commitment:
        typer.echo("封存承诺相同：名单、选票、规则和时间都是投票前定下的。")
    if receipt:
        typer.echo(f"您的选票在内：第 {(_place(found, receipt) or 0) + 1} 个封印。")
    for name, places in found["places"].items():
        typer.echo(f"{name}：")
        for row in places[:_FIRST]:
            typer.echo(
                f"  第 {row[1]} 名  作品 {row[0]}" + (f"  {spoken(Fraction(row[2]))} 分" if len(row) > 2 else "")
            )
        if len(places) > _FIRST:
            typer.echo(f"  ……共 {len(places)} 项")
