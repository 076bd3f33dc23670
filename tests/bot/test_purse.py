"""Who pays: complete or refused in one sentence, without a secret's value; and nothing where nobody is to pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.doctor_pay import pay
from bot.config import BadConfig, load
from bot.purse import opened_purse, pay_secrets

SENDER = '[pay]\nmerchant = "1900000109"\nsender = "洪泽区信用办"\n'
WECHAT = '[wechat]\napp_id = "wx0000000000000001"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f'campaigns = ["hongze-quiz-2020"]\n{text}', "utf-8")
    return path


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY", "CERT", "CERT_KEY"):
        monkeypatch.delenv(f"XINSHI_PAY_{name}", raising=False)


async def test_without_a_merchant_nobody_pays(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""))
    async with opened_purse(config) as purse:
        assert purse is None
    assert list(pay(config)) == []


def test_a_merchant_needs_a_sender_an_account_a_key_and_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadConfig, match="写了 merchant 时要写 sender"):
        load(written(tmp_path, '[pay]\nmerchant = "1900000109"\n'))
    with pytest.raises(BadConfig, match=r"pay.key 不能写在文件里，请改用环境变量 XINSHI_PAY_KEY。"):
        load(written(tmp_path, f'{SENDER}key = "kept"\n'))
    config = load(written(tmp_path, SENDER))
    monkeypatch.setenv("XINSHI_PAY_KEY", "kept-quiet")
    monkeypatch.setenv("XINSHI_PAY_CERT", str(tmp_path / "kept.pem"))
    with pytest.raises(BadConfig) as refused:
        pay_secrets(config)
    assert str(refused.value).split("；") == [
        "[pay] 写了 merchant，还缺 [wechat] 的 app_id（领取人的 openid 属于它）",
        "[pay] 写了 merchant，还缺环境变量 XINSHI_PAY_CERT_KEY",
        "环境变量 XINSHI_PAY_KEY 应为 32 个字符的 APIv2 密钥，现在是 10 个字符",
        "环境变量 XINSHI_PAY_CERT 指的文件打不开（应为商户平台下载的 apiclient_cert.pem 的路径）。",
    ]
    assert [each.level.name for each in pay(config)] == ["MEND"] * 4 + ["NOTE"]


async def test_a_complete_merchant_pays_within_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CERT", "CERT_KEY"):
        (tmp_path / name).write_text("pem")
        monkeypatch.setenv(f"XINSHI_PAY_{name}", str(tmp_path / name))
    monkeypatch.setenv("XINSHI_PAY_KEY", "k" * 32)
    config = load(written(tmp_path, f'{SENDER}hold_until = "07:30"\ndaily_yuan = 500\n{WECHAT}'))
    async with opened_purse(config) as purse:
        assert purse is not None
        assert (purse.merchant, purse.per_minute, purse.daily, purse.daily_fen) == ("1900000109", 120, 10, 50_000)
        assert (f"{purse.hours.begins:%H:%M}", f"{purse.hours.ends:%H:%M}") == ("00:00", "07:30")
        assert "k" * 32 not in repr(purse)
    assert next(iter(pay(config))).found == "商户号 1900000109 已设置"
