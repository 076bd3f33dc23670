"""The tus protocol as a sender sees it: what is counted is safe, nothing beyond it, nobody writes into another's."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.talk.messages import File
from tests.web.fakes import BEGIN
from tests.web.receiving import BOUND, OTHERS, Desk, film, named, receiving
from tests.web.test_signed import LINKS, READER, path

DATA = film(100_000)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with receiving(tmp_path) as desk:
        yield desk


def checksum(algorithm: str, body: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"


async def test_the_server_says_what_it_can_do(tmp_path: Path) -> None:
    async with receiving(tmp_path, largest=12_345) as desk:
        answer = await desk.ask("OPTIONS", f"{BOUND}/files", tus_resumable="-")
    told = {name: value for name, value in answer.headers.items() if name.startswith("tus-")}
    assert (answer.status_code, told) == (
        204,
        {
            "tus-resumable": "1.0.0",
            "tus-version": "1.0.0",
            "tus-extension": "creation,creation-with-upload,termination,checksum,expiration",
            "tus-max-size": "12345",
            "tus-checksum-algorithm": "sha1,sha256",
        },
    )


async def test_a_film_in_three_pieces_becomes_one_message_for_its_question(desk: Desk) -> None:
    to = await desk.begin(len(DATA))
    assert to.startswith(f"{BOUND}/files/")
    for start, end in ((0, 10), (10, 60_000), (60_000, 100_000)):
        assert await desk.offset(to) == start
        answer = await desk.send(to, start, DATA[start:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
    await desk.finish()
    [message] = desk.world.accepted
    digest = hashlib.sha256(DATA).hexdigest()
    assert message.files == (File("诚信菜市场.mp4", 100_000, digest),)
    assert (message.channel, f"wechat:{message.address}", message.at) == ("wechat", READER, BEGIN)
    assert (message.origin, message.bound, message.unread) == ("page", "7/film", "")
    assert await desk.store.read(digest) == DATA
    assert list(desk.parts.folder.iterdir()) == []
    await desk.finish()
    assert len(desk.world.accepted) == 1


async def test_a_small_file_may_come_with_its_creation(desk: Desk) -> None:
    answer = await desk.ask(
        "POST", f"{BOUND}/files", b"hello", upload_length="10", content_type="application/offset+octet-stream"
    )
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "5")
    assert await desk.offset(answer.headers["location"]) == 5


async def test_a_head_gives_back_what_was_said_and_until_when(desk: Desk) -> None:
    to = await desk.begin(5, "表.docx", mark="1712345678901")
    answer = await desk.ask("HEAD", to)
    told = [answer.headers[name] for name in ("upload-length", "upload-offset", "upload-metadata", "cache-control")]
    assert told == ["5", "0", named("表.docx", mark="1712345678901"), "no-store"]
    assert answer.headers["upload-expires"] == "Fri, 08 Mar 2024 02:00:00 GMT"


async def test_bytes_at_a_wrong_offset_change_nothing(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    for offset in (0, 4, 6, 11):
        assert (await desk.send(to, offset, b"X")).status_code == 409
    assert (await desk.offset(to), desk.parts.path(to.rpartition("/")[2]).read_bytes()) == (5, b"01234")


async def test_more_than_was_declared_is_never_kept(desk: Desk) -> None:
    to = await desk.begin(10)
    assert (await desk.send(to, 0, b"0" * 11)).status_code == 413

    async def unannounced() -> AsyncIterator[bytes]:
        yield b"0" * 8
        yield b"1" * 8

    assert (await desk.send(to, 0, unannounced())).status_code == 413
    assert await desk.offset(to) <= 10
    assert desk.parts.path(to.rpartition("/")[2]).stat().st_size <= 10


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_damaged_piece_is_thrown_away_whole(desk: Desk, algorithm: str) -> None:
    to = await desk.begin(10)
    wrong = await desk.send(to, 0, b"01234", upload_checksum=checksum(algorithm, b"01239"))
    assert (wrong.status_code, await desk.offset(to)) == (460, 0)
    right = await desk.send(to, 0, b"01234", upload_checksum=checksum(algorithm, b"01234"))
    assert (right.status_code, await desk.offset(to)) == (204, 5)


@pytest.mark.parametrize("said", ["md5 Kq5sNclPz7QV2+lfQIuc6Q==", "sha1", "sha1 !!!", "sha1 AAAA", "", "sha256  "])
async def test_a_checksum_that_is_none_is_refused(desk: Desk, said: str) -> None:
    to = await desk.begin(10)
    assert (await desk.send(to, 0, b"01234", upload_checksum=said)).status_code == 400
    assert await desk.offset(to) == 0


@pytest.mark.parametrize("version", ["-", "0.2.2", "1.0.1", ""])
async def test_another_version_is_refused_and_not_acted_on(desk: Desk, version: str) -> None:
    to = await desk.begin(10)
    for method, where in (("POST", f"{BOUND}/files"), ("HEAD", to), ("PATCH", to), ("DELETE", to)):
        answer = await desk.ask(method, where, upload_length="3", upload_offset="0", tus_resumable=version)
        assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")
    assert len(await desk.uploads.of(READER)) == 1


@pytest.mark.parametrize("length", ["-", "-1", "+5", "5.0", "0x10", " 5", "١٢", "1" * 16, "5,5"])
async def test_a_length_that_is_no_number_is_refused(desk: Desk, length: str) -> None:
    headers = [(b"tus-resumable", b"1.0.0"), (b"upload-length", length.encode())]
    answer = await desk.http.post(f"{BOUND}/files", headers=headers[: 1 if length == "-" else 2])
    assert (answer.status_code, await desk.uploads.of(READER)) == (400, [])


async def test_an_empty_file_is_told_and_begins_nothing(desk: Desk) -> None:
    answer = await desk.ask("POST", f"{BOUND}/files", upload_length="0", upload_metadata=named("a.mp4"))
    assert (answer.status_code, answer.json()["said"]) == (422, "“a.mp4”是空文件，没有保存。请检查后重新选择。")


async def test_a_file_too_large_is_told_with_its_size_and_the_limit(tmp_path: Path) -> None:
    async with receiving(tmp_path, largest=2**30) as desk:
        answer = await desk.ask("POST", f"{BOUND}/files", upload_length=str(3 * 2**30), upload_metadata=named("片.mp4"))
    assert answer.status_code == 413
    assert answer.json()["said"].startswith("“片.mp4”有 3.0 GB，超出了单个文件 1.0 GB 的上限，没有上传。")


async def test_nobody_holds_more_than_their_quota_and_what_is_cancelled_is_free_again(tmp_path: Path) -> None:
    async with receiving(tmp_path, quota=100) as desk:
        first = await desk.begin(60)
        refused = await desk.ask("POST", f"{BOUND}/files", upload_length="41", upload_metadata=named("b"))
        assert (refused.status_code, refused.json()["key"]) == (507, "upload_full")
        await desk.begin(100, to=OTHERS)  # everybody has their own
        assert (await desk.ask("DELETE", first)).status_code == 204
        await desk.begin(100)
        assert [upload.length for upload in await desk.uploads.of(READER)] == [100]


async def test_a_full_disk_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    async with receiving(tmp_path, reserve=2**60) as desk:
        answer = await desk.ask("POST", f"{BOUND}/files", upload_length="5")
    assert (answer.status_code, answer.json()["key"], answer.headers["retry-after"]) == (507, "disk_full", "600")


async def test_a_number_is_no_permission(desk: Desk) -> None:
    mine = await desk.begin(10)
    theirs = f"{OTHERS}/files/{mine.rpartition('/')[2]}"
    for method in ("HEAD", "PATCH", "DELETE"):
        answer = await desk.ask(method, theirs, upload_offset="0", content_type="application/offset+octet-stream")
        assert answer.status_code == 404
    assert await desk.offset(mine) == 0


@pytest.mark.parametrize("token", ["forged", BOUND[3:-1], f"{BOUND[3:]}A", "%00", "A" * 3000])
async def test_a_foreign_link_is_refused_before_a_byte_is_read(desk: Desk, token: str) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(10):
            read += 1
            yield b"x"

    mine = await desk.begin(10)
    for method, where in (("POST", f"/u/{token}/files"), ("PATCH", f"/u/{token}/files/{mine.rpartition('/')[2]}")):
        answer = await desk.ask(
            method, where, body(), upload_length="10", upload_offset="0", content_type="application/offset+octet-stream"
        )
        assert (answer.status_code, read) == (404, 0)


async def test_a_link_whose_time_is_over_takes_nothing_and_keeps_what_came(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    desk.world.now_at = BEGIN + timedelta(days=2)
    answer = await desk.send(to, 5, b"56789")
    assert (answer.status_code, answer.json()["key"]) == (410, "link_over")
    assert (await desk.row(to)).arrived == 5


async def test_a_new_link_goes_on_with_what_an_older_one_began(desk: Desk) -> None:
    number = (await desk.begin(10)).rpartition("/")[2]
    newer = path(LINKS.upload(READER, BEGIN, "7/scan"))
    await desk.send(f"{BOUND}/files/{number}", 0, b"01234")
    await desk.send(f"{newer}/files/{number}", 5, b"56789")
    await desk.finish()
    assert [message.bound for message in desk.world.accepted] == ["7/scan"]


async def test_an_upload_that_expired_is_gone(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    number = to.rpartition("/")[2]
    desk.world.now_at = BEGIN + timedelta(days=7)
    newer = path(LINKS.upload(READER, desk.world.now_at))
    assert (await desk.ask("HEAD", f"{newer}/files/{number}")).status_code == 410
    await desk.finisher.sweep()
    assert (await desk.ask("HEAD", f"{newer}/files/{number}")).status_code == 404
    assert (list(desk.parts.folder.iterdir()), await desk.uploads.held(READER)) == ([], (0, 0))


async def test_a_cancelled_upload_leaves_nothing(desk: Desk) -> None:
    to = await desk.begin(10)
    await desk.send(to, 0, b"01234")
    assert (await desk.ask("DELETE", to)).status_code == 204
    assert [(await desk.ask(method, to)).status_code for method in ("HEAD", "DELETE")] == [404, 404]
    assert list(desk.parts.folder.iterdir()) == []


async def test_what_was_handed_in_cannot_be_changed(desk: Desk) -> None:
    to = await desk.begin(3)
    await desk.send(to, 0, b"abc")
    for _ in range(2):
        assert (await desk.send(to, 0, b"xyz")).status_code == 403
        assert (await desk.ask("DELETE", to)).status_code == 403
        assert (await desk.send(to, 3, b"")).status_code == 204
        await desk.finish()
    assert await desk.store.read(hashlib.sha256(b"abc").hexdigest()) == b"abc"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\片.mp4", "片.mp4"),
        ("good\u202egnp.exe", "goodgnp.exe"),
        ("a\x00b\r\nSet-Cookie: x\x1b[2J.mp4", "ab Set-Cookie: x[2J.mp4"),
        ("", "file"),
        ("..", "file"),
        ("长" * 500 + ".mp4", "长" * 116 + ".mp4"),
    ],
)
async def test_a_name_is_cleaned_and_never_a_path(desk: Desk, sent: str, kept: str) -> None:
    to = await desk.begin(1, sent)
    await desk.send(to, 0, b"x")
    await desk.finish()
    assert [message.files[0].name for message in desk.world.accepted] == [kept]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("filename !!!", 400),
        ("filename YQ==,filename Yg==", 400),
        ("fi le YQ==", 400),
        ("x" * 65 + " YQ==", 400),
        ("a " + "A" * 5000, 431),
        (",,,", 201),
        ("filename", 201),
        ("filename /w==", 201),
    ],
)
async def test_metadata_that_are_none_are_refused(desk: Desk, said: str, status: int) -> None:
    answer = await desk.ask("POST", f"{BOUND}/files", upload_length="3", upload_metadata=said)
    assert answer.status_code == status


async def test_a_body_of_another_kind_is_refused(desk: Desk) -> None:
    to = await desk.begin(3)
    answer = await desk.ask("PATCH", to, b"abc", upload_offset="0", content_type="video/mp4")
    assert (answer.status_code, await desk.offset(to)) == (415, 0)


async def test_where_patch_and_delete_are_blocked_a_post_may_stand_for_them(desk: Desk) -> None:
    to = await desk.begin(6)
    octets = "application/offset+octet-stream"
    answer = await desk.ask("POST", to, b"abc", upload_offset="0", content_type=octets, x_http_method_override="PATCH")
    assert (answer.status_code, await desk.offset(to)) == (204, 3)
    assert (await desk.ask("POST", to, x_http_method_override="DELETE")).status_code == 204
    assert (await desk.ask("POST", to, x_http_method_override="DELETE")).status_code == 404


async def test_another_site_cannot_send(desk: Desk) -> None:
    answer = await desk.ask("POST", f"{BOUND}/files", upload_length="3", sec_fetch_site="cross-site")
    assert (answer.status_code, await desk.uploads.of(READER)) == (403, [])
