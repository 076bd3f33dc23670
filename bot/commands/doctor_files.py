"""What `./xinshi doctor` says of the file store: whether it can be written, and whether the virus scanner answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.commands.doctor_finding import Finding, fine, mend, note
from bot.config import BadConfig, Config
from bot.store import open_store
from storage.clamd import Clamd

#: Seconds for a bucket to answer.
_PATIENCE = 60


async def files(config: Config) -> list[Finding]:
    """The store and the scanner."""
    found = [await _store(config), await _scanner(config)]
    if config.files.largest_mb > config.files.quota_gb * 1024:
        largest, quota = config.files.largest_mb, config.files.quota_gb
        said = f"单个文件上限 {largest} MB 比每人上限 {quota} GB 还大"
        found.append(note("上传", said, "请改 [files] 的 largest_mb 或 quota_gb"))
    return found


async def _store(config: Config) -> Finding:
    where = f"存储桶 {config.files.bucket}" if config.files.store == "s3" else f"目录 {config.data / 'files'}"
    if config.files.store == "local" and not (config.data / "files").is_dir():
        return note("文件", f"{where} 还没有", "第一次启动时会建好")
    try:
        secrets = config.store_secrets()
        async with asyncio.timeout(_PATIENCE):
            await open_store(config.data, config.files, secrets).probe()
    except BadConfig as wrong:
        return mend("文件", str(wrong).rstrip("。"), "请设好环境变量再启动")
    except (OSError, TimeoutError, ValueError) as wrong:
        return mend("文件", f"{where} 写不进去（{_first(wrong)}）", "请核对 [files] 的设置、密钥和权限")
    return fine("文件", f"{where} 可以写")


async def _scanner(config: Config) -> Finding:
    if not config.files.clamd:
        return note("病毒扫描", "没有启用", "要用请装 clamd，在 [files] 里写 clamd")
    try:
        version = await Clamd(config.files.clamd).version()
    except (OSError, TimeoutError) as wrong:
        away = "这期间的文件会被拒收" if config.files.clamd_away == "refuse" else "这期间的文件不经扫描就收下"
        return mend("病毒扫描", f"{config.files.clamd} 连不上（{_first(wrong)}），{away}", "请启动 clamd，或核对地址")
    return fine("病毒扫描", f"{version.split('/')[0]} 有应答", "请确认 clamd 的 StreamMaxLength 不小于单个文件的上限")


def _first(wrong: BaseException) -> str:
    lines: Iterable[str] = str(wrong).strip().splitlines()
    return next(iter(lines), type(wrong).__name__).rstrip("。.")
