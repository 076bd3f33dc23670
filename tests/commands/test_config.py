"""A configuration is taken whole or refused in one sentence that says what to mend; its secrets stay secret."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.config import CAMPAIGNS, BadConfig, Config, kept_key, load
from tests.commands.program import call
from tests.house.tree import ROOT


@pytest.fixture(autouse=True)
def _no_secret_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET", "TELEGRAM_TOKEN", "WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "MAIL_PASSWORD"):
        monkeypatch.delenv(f"XINSHI_{name}", raising=False)


def _written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_configuration_that_comes_with_the_program_says_the_defaults() -> None:
    shipped = load(ROOT / "config.toml")
    assert shipped == Config.model_validate({"data": ROOT / "data"})
    assert sorted(shipped.campaigns) == sorted(CAMPAIGNS)


def test_an_empty_file_means_the_defaults_beside_it(tmp_path: Path) -> None:
    config = load(_written(tmp_path, ""))
    assert config.data == tmp_path / "data"
    assert config.database_url() == f"sqlite+aiosqlite:///{tmp_path}/data/xinshi.db"
    assert (config.web.host, config.web.port, config.web.public_url) == ("127.0.0.1", 8080, "")


def test_everything_in_the_file_is_taken(tmp_path: Path) -> None:
    config = load(_written(tmp_path, """
        data = "/srv/xinshi"
        database = "postgresql+psycopg://xinshi@db.example/xinshi"
        campaigns = ["xian-2024"]
        [web]
        host = "0.0.0.0"
        port = 0
        public_url = "https://xinshi.example.gov.cn/"
    """))  # fmt: skip
    assert config.data == Path("/srv/xinshi")
    assert config.database_url() == "postgresql+psycopg://xinshi@db.example/xinshi"
    assert config.campaigns == ("xian-2024",)
    assert config.web.model_dump() == {"host": "0.0.0.0", "port": 0, "public_url": "https://xinshi.example.gov.cn"}  # noqa: S104  read, not opened


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'colour = "red"',
            "没有“colour”这个设置；可用的有：data、database、campaigns、web、telegram、wechat、mail、files、media、pay、admin。",
        ),
        ('[web]\npassword = "kept-quiet"', "没有“web.password”这个设置；可用的有：host、port、public_url。"),
        ("[web]\nport = 70000", "“web.port”不能大于 65535，写的是 70000。"),
        ("[web]\nport = -1", "“web.port”不能小于 0，写的是 -1。"),
        ('[web]\nport = "8080"', "“web.port”应为整数，写的是 '8080'。"),
        ("[web]\nport = true", "“web.port”应为整数，写的是 True。"),
        ("[web]\nhost = 5", "“web.host”应为加引号的文字，写的是 5。"),
        ('[web]\nhost = ""', "“web.host”不能为空，写的是 ''。"),
        ('web = "x"', "“web”应为一个表，写的是 'x'。"),
        ("data = 5", "“data”应为加引号的路径，写的是 5。"),
        ('campaigns = "xian-2024"', "“campaigns”应为方括号里的列表，写的是 'xian-2024'。"),
        ("campaigns = []", "“campaigns”至少要有一个活动，写的是 []。"),
        ("campaigns = [2024]", "“campaigns.0”应为加引号的文字，写的是 2024。"),
        (
            '[web]\npublic_url = "xinshi.example.gov.cn"',
            "“web.public_url”应为 https://域名 这样的网址，后面不带路径，写的是 'xinshi.example.gov.cn'。",
        ),
        (
            '[web]\npublic_url = "https://example.gov.cn/x"',
            "“web.public_url”应为 https://域名 这样的网址，后面不带路径，写的是 'https://example.gov.cn/x'。",
        ),
        ('database = "data.db"', "“database”应为数据库网址，例如 postgresql+psycopg://用户@主机/库名。"),
        (
            'database = "mysql://root@db/x"',
            "“database”应以 sqlite+aiosqlite:// 或 postgresql+psycopg:// 开头。",
        ),
        (
            'database = "postgresql+psycopg://xinshi:kept-quiet@db/x"',
            "“database”网址里不能写密码，请改用环境变量 PGPASSWORD。",
        ),
        (
            'database = "postgresql+psycopg://xinshi@db/x?password=kept-quiet"',
            "“database”网址里不能写密码，请改用环境变量 PGPASSWORD。",
        ),
        ('secret = "kept-quiet"', "secret 不能写在文件里，请改用环境变量 XINSHI_SECRET。"),
        ('[telegram]\ntoken = "kept-quiet"', "telegram.token 不能写在文件里，请改用环境变量 XINSHI_TELEGRAM_TOKEN。"),
        ('[wechat]\nsecret = "kept-quiet"', "wechat.secret 不能写在文件里，请改用环境变量 XINSHI_WECHAT_SECRET。"),
        ('[wechat]\ntoken = "kept-quiet"', "wechat.token 不能写在文件里，请改用环境变量 XINSHI_WECHAT_TOKEN。"),
        ('[wechat]\naes_key = "kept-quiet"', "wechat.aes_key 不能写在文件里，请改用环境变量 XINSHI_WECHAT_AES_KEY。"),
        ('[mail]\npassword = "kept-quiet"', "mail.password 不能写在文件里，请改用环境变量 XINSHI_MAIL_PASSWORD。"),
        ('mail_password = "kept-quiet"', "mail_password 不能写在文件里，请改用环境变量 XINSHI_MAIL_PASSWORD。"),
        (
            '[telegram]\ncolour = "red"',
            "没有“telegram.colour”这个设置；可用的有：mode、base_url、own_server、local_files、proxy、poll_seconds。",
        ),
        (
            "[wechat]\ncolour = 1",
            "没有“wechat.colour”这个设置；可用的有：app_id、kind、verified、plain、base_url、templates。",
        ),
        (
            '[wechat.templates.reminder]\nid = "x"\ncolour = 1',
            "没有“wechat.templates.reminder.colour”这个设置；可用的有：id、way、once、fields。",
        ),
        ("[mail]\ncolour = 1", "没有“mail.colour”这个设置；可用的有：host、port、security、user、sender。"),
        ('[telegram]\nmode = "push"', "“telegram.mode”应为 poll、webhook 之一，写的是 'push'。"),
        ("[telegram]\nown_server = 5", "“telegram.own_server”应为 true 或 false，写的是 5。"),
        (
            '[telegram]\nproxy = "socks5://u:kept-quiet@x"',
            "“telegram.proxy”应为 http://主机:端口 或 https://域名 这样的网址。",
        ),
        ('[mail]\nsecurity = "ssl"', "“mail.security”应为 tls、starttls、none 之一，写的是 'ssl'。"),
        ("[wechat.templates.reminder]", "“wechat.templates.reminder.id”必须写。"),
        ('[wechat]\ntemplates = "x"', "“wechat.templates”应为一个表，写的是 'x'。"),
        (
            '[wechat.templates.reminder]\nid = "x"\nfields = { thing1 = "title" }',
            "“wechat.templates.reminder.fields.thing1”应为 campaign、unit、text、time、person 之一，写的是 'title'。",
        ),
        (
            'colour = 1\n[web]\nport = "x"',
            "“web.port”应为整数，写的是 'x'；"
            "没有“colour”这个设置；可用的有：data、database、campaigns、web、telegram、wechat、mail、files、media、pay、admin。",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_key_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig) as refused:
        load(_written(tmp_path, text))
    assert str(refused.value) == f"{tmp_path / 'config.toml'}：{said}"
    assert "kept-quiet" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    def said(path: Path) -> str:
        with pytest.raises(BadConfig) as refused:
            load(path)
        return str(refused.value)

    path = tmp_path / "config.toml"
    assert said(path) == f"没有配置文件 {path}，请把项目里的 config.toml 复制到那里再改。"
    assert said(tmp_path) == f"读不了配置文件 {tmp_path}（Is a directory），请核对路径和权限。"
    path.write_bytes('data = "数据"'.encode("gb18030"))
    assert said(path) == f"{path} 不是 UTF-8 编码的文字，请另存为 UTF-8。"
    path.write_text("data = ")
    assert said(path).startswith(f"{path} 不合 TOML 的写法：")


def test_the_environment_gives_the_secret_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "DATABASE", "CAMPAIGNS", "WEB", "VENV", "NO_SKIP"):
        monkeypatch.setenv(f"XINSHI_{name}", "not [json")
    monkeypatch.setenv("XINSHI_SECRET", "s" * 32)
    config = load(_written(tmp_path, ""))
    assert config.key() == b"s" * 32
    assert config.data == tmp_path / "data"
    assert not (tmp_path / "data").exists(), "no key is kept where one is given"
    assert "sss" not in repr(config) + str(config) + config.model_dump_json()


def test_a_short_secret_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINSHI_SECRET", "s" * 31)
    with pytest.raises(BadConfig) as refused:
        load(_written(tmp_path, "")).key()
    assert str(refused.value) == "环境变量 XINSHI_SECRET 应有 32 个字符以上，现在是 31 个。"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_kept_key_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    key = kept_key(tmp_path / "data")
    assert len(key) == 64
    assert kept_key(tmp_path / "data") == key != kept_key(tmp_path / "other")
    assert [_mode(path) for path in (tmp_path / "data", tmp_path / "data" / "secret.key")] == [0o700, 0o600]


def test_a_key_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    key = kept_key(tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    assert kept_key(tmp_path) == key
    assert _mode(tmp_path / "secret.key") == 0o600


def test_a_key_that_a_crash_left_empty_is_made_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    assert len(kept_key(tmp_path)) == 64
    (tmp_path / "secret.key").write_text("half")
    with pytest.raises(BadConfig) as refused:
        kept_key(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path / 'secret.key'} 里的密钥不完整（4 个字符）。请从备份恢复它；没有它，已发的邀请码都会失效。"
    )


def test_programs_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    start = threading.Barrier(4)

    def begin(folder: Path) -> bytes:
        start.wait()
        return kept_key(folder)

    with ThreadPoolExecutor(4) as programs:
        for number in range(25):
            keys = programs.map(begin, [tmp_path / f"{number}"] * 4)
            assert len(set(keys)) == 1


@pytest.mark.parametrize(
    "command", [["serve"], ["invite", "xian-2024", "admin"], ["roster", "import", "xian-2024", __file__]]
)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colour = "red"', "没有“colour”这个设置"),
        ("[web]\nport = 70000", "“web.port”不能大于 65535"),
        ('secret = "x"', "secret 不能写在文件里"),
        (None, "没有配置文件 "),
    ],
)  # fmt: skip
def test_every_command_ends_in_the_sentence(tmp_path: Path, command: list[str], text: str | None, said: str) -> None:
    path = _written(tmp_path, text) if text is not None else tmp_path / "none.toml"
    result = call(*command, "--config", path)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert said in result.stderr


def test_what_cannot_be_opened_ends_in_a_sentence_too(tmp_path: Path) -> None:
    def said(text: str) -> str:
        result = call("invite", "xian-2024", "admin", "--config", _written(tmp_path, text))
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        return result.stderr

    listed = 'campaigns = ["xian-2024"]\n'
    assert said('campaigns = ["xian-2024", "nope"]\ndata = "/dev/null/x"').startswith("“/dev/null/x”用不了（")
    assert "127.0.0.1:1/x：connection" in said(f'{listed}database = "postgresql+psycopg://x@127.0.0.1:1/x"')
    assert said(f'{listed}database = "sqlite+aiosqlite:////nowhere/x.db"').startswith("“/nowhere/x.db”用不了（")
    result = call("serve", "--config", _written(tmp_path, 'campaigns = ["nope"]'))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "里没有“nope”这个活动；有：" in result.stderr
