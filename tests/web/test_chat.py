"""Tests of the chat page without a script: what is sent, what comes back, and that nothing typed is lost."""

from __future__ import annotations

import hashlib

import pytest
from structlog.testing import capture_logs

from bot.handlers.webchat import value_of
from bot.talk.messages import Attachment, Choice, File, Outgoing, Press
from tests.web.fakes import THEMES, World, settings
from tests.web.visitor import OURS, Visitor


@pytest.fixture
async def visitor() -> Visitor:
    visitor = Visitor()
    await visitor.enter()
    return visitor


async def test_a_whole_form_is_filled_in_without_a_script(visitor: Visitor) -> None:
    assert visitor.buttons() == ["track:case", "track:video", "track:later"]
    await visitor.say(press="track:case")
    assert visitor.page.count('type="checkbox"') == 15
    boxes = [value_of("themes", theme) for theme in THEMES]
    assert [value in visitor.page for value in boxes] == [True] * 15
    await visitor.say(press="themes:", box=[boxes[2], boxes[6]])
    await visitor.say(text="第一段\r\n第二段")
    await visitor.say(press="content:!done")
    assert [(one.text, one.press) for one in visitor.world.heard[1:]] == [
        ("", Press("track", "case")),
        ("", Press("themes", "!picked\n信用监管\n诚信文化")),
        ("第一段\n第二段", None),
        ("", Press("content", "!done")),
    ]
    file = await visitor.get(visitor.page.split('<a class="card" href="')[1].split('"')[0])
    assert file.content == b"PK a Word form"


async def test_after_sending_the_page_begins_at_the_message_sent(visitor: Visitor) -> None:
    answer = await visitor.say(press="track:case")
    own = [one for one in visitor.world.talks[visitor.address] if one.mine][-1]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/chat#m{own.id}")


async def test_a_form_sent_twice_counts_once(visitor: Visitor) -> None:
    form = visitor.hidden()
    for _ in range(3):
        assert (await visitor.post({"text": "只算一次"}, form=form)).status_code == 303
    assert [one.text for one in visitor.world.heard[1:]] == ["只算一次"]
    assert visitor.world.deliveries == 4


async def test_a_form_gone_back_to_and_changed_is_another_message(visitor: Visitor) -> None:
    form = visitor.hidden()
    await visitor.post({"text": "原来的"}, form=form)
    await visitor.post({"text": "改过的"}, form=form)
    await visitor.post({"press": "track:case"}, form=form)
    assert [one.text for one in visitor.world.heard[1:]] == ["原来的", "改过的", ""]


async def test_each_page_carries_a_new_number(visitor: Visitor) -> None:
    first = visitor.hidden()["mid"]
    await visitor.get("/chat")
    assert visitor.hidden()["mid"] != first


async def test_the_number_of_one_identity_does_not_use_up_that_of_another() -> None:
    one = Visitor()
    other = Visitor(one.world, app=one.app)
    await one.enter()
    await other.enter("OTHER23456")
    mid = one.hidden()["mid"]
    await one.post({"text": "同一句话"})
    await other.post({"text": "同一句话"}, form=other.hidden() | {"mid": mid})
    assert [message.text for message in one.world.heard].count("同一句话") == 2


async def test_quick_words_are_sent_as_words(visitor: Visitor) -> None:
    assert visitor.buttons("word") == ["返回", "暂停", "帮助", "菜单"]
    await visitor.say(word="暂停")
    assert visitor.world.heard[-1].text == "暂停"


async def test_text_beside_a_pressed_button_stays_in_the_box(visitor: Visitor) -> None:
    answer = await visitor.post({"press": "track:case", "text": "还没写完 <b>"})
    assert answer.status_code == 200
    assert ">\n还没写完 &lt;b&gt;</textarea>" in answer.text
    assert visitor.world.heard[-1].press == Press("track", "case")


async def test_a_file_beside_a_pressed_button_is_named_as_not_sent(visitor: Visitor) -> None:
    answer = await visitor.post({"press": "track:case"}, files=[("申报表.docx", b"PK")])
    assert answer.status_code == 200
    assert "您选的文件（申报表.docx）还没有发出" in answer.text
    assert visitor.world.stored == {}


async def test_nothing_at_all_sends_nothing(visitor: Visitor) -> None:
    answer = await visitor.post({"text": " \r\n "})
    assert (answer.status_code, len(visitor.world.heard)) == (303, 1)


async def test_boxes_submitted_empty_say_so_and_keep_the_page(visitor: Visitor) -> None:
    await visitor.say(press="track:case")
    answer = await visitor.post({"press": "themes:", "text": "草稿"})
    assert answer.status_code == 422
    assert '<p id="notice" role="alert">请先勾选，再按“选好了”。</p>' in answer.text
    assert "草稿</textarea>" in answer.text


async def test_boxes_of_another_question_are_not_taken(visitor: Visitor) -> None:
    await visitor.say(press="themes:", box=["themes:A", "other:B", "themes:A"])
    assert visitor.world.heard[-1].press == Press("themes", "!picked\nA")


async def test_an_overlong_text_comes_back_whole_with_its_count(visitor: Visitor) -> None:
    text = "字" * 20_007
    answer = await visitor.post({"text": text})
    assert answer.status_code == 413
    assert "这段文字有 20007 个字符，一次最多 20000 个，多了 7 个。" in answer.text
    assert f"\n{text}</textarea>" in answer.text
    assert len(visitor.world.heard) == 1
    assert (await visitor.post({"text": text[7:]})).status_code == 303


async def test_control_characters_stop_at_the_door(visitor: Visitor) -> None:
    await visitor.say(text="前\x02粗\x03后\x00\x1b\u2028行\t列\ufeff")
    assert visitor.world.heard[-1].text == "前粗后\n行\t列"


async def test_files_are_streamed_into_the_store_under_clean_names(visitor: Visitor) -> None:
    body = bytes(range(256)) * 8000
    await visitor.post({"text": "见附件"}, files=[("C:\\文档\\申报\u202ecod.docx", body), ("b.pdf", b"%PDF")])
    message = visitor.world.heard[-1]
    assert message.text == "见附件"
    assert [(file.name, file.size) for file in message.files] == [("申报cod.docx", len(body)), ("b.pdf", 4)]
    assert [visitor.world.stored[file.sha256] for file in message.files] == [body, b"%PDF"]


async def test_the_same_file_sent_twice_by_one_form_counts_once(visitor: Visitor) -> None:
    form = visitor.hidden()
    for _ in range(2):
        await visitor.post({}, files=[("a.docx", b"PK")], form=form)
    kept = File("a.docx", 2, hashlib.sha256(b"PK").hexdigest())
    assert [one.files for one in visitor.world.heard[1:]] == [(kept,)]


async def test_too_large_too_many_and_empty_files_are_told_and_the_text_kept() -> None:
    visitor = Visitor(config=settings(max_file_size=2**20, max_files=2))
    await visitor.enter()
    cases = [
        ([("a", b"x" * 600_000), ("b", b"x" * 500_000)], 413, "文件超出了一次 1 MB 的上限"),
        ([("a", b"x"), ("b", b"x"), ("c", b"x")], 413, "一次最多发 2 个文件"),
        ([("空.docx", b"")], 422, "“空.docx”是空文件"),
    ]
    for files, status, said in cases:
        answer = await visitor.post({"text": "草稿"}, files=files)
        assert (answer.status_code, said in answer.text, "草稿</textarea>" in answer.text) == (status, True, True)
    assert len(visitor.world.heard) == 1


async def test_hostile_text_names_and_options_are_drawn_as_text(visitor: Visitor) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    choices = (Choice("a", evil), Choice('"><script>', "b"), Choice("/c", evil))
    attachment = Attachment("form", "r", evil + ".docx")
    visitor.world.push(visitor.address, Outgoing(evil, choices, 'q"><script>', attachment=attachment))
    await visitor.post({"text": evil}, files=[(evil + ".pdf", b"x")])
    page = (await visitor.get("/chat")).text
    visitor.world.push(visitor.address, Outgoing(evil, choices, 'q"><script>', several=True))
    page += (await visitor.get("/chat")).text
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 6
    value = "q%22%3E%3Cscript%3E:%22%3E%3Cscript%3E"
    assert value in page
    await visitor.post({"press": value})
    assert visitor.world.heard[-1].press == Press('q"><script>', '"><script>')


async def test_only_the_open_question_can_be_pressed_but_commands_always(visitor: Visitor) -> None:
    mixed = (Choice("x", "旧选项"), Choice("!y", "旧动作"), Choice("/edit", "修改一项"))
    visitor.world.push(visitor.address, Outgoing("旧问题", mixed, "old"))
    visitor.world.push(visitor.address, Outgoing("旧菜单", (Choice("/entries", "我的报送"),), "older"))
    visitor.world.push(visitor.address, Outgoing("新问题", (Choice("z", "新选项"),), "new"))
    await visitor.get("/chat")
    assert visitor.buttons() == ["older:/entries", "new:z"]
    assert "<li>旧选项</li>" in visitor.page
    assert "<li>修改一项</li>" in visitor.page
    assert '<p class="past"><span>旧动作</span></p>' in visitor.page
    visitor.world.push(visitor.address, Outgoing("菜单", (Choice("/help", "帮助"),), "menu"))
    await visitor.get("/chat")
    assert (
        '<button class="option command" form="say" name="press" value="menu:/help"><span class="badge">1'
        in visitor.page
    )


async def test_a_marked_choice_is_drawn_as_chosen_and_done_is_the_pages_own(visitor: Visitor) -> None:
    choices = (Choice("a", "甲", marked=True), Choice("b", "乙"), Choice("!done", "选好了"), Choice("!keep", "不改"))
    visitor.world.push(visitor.address, Outgoing("可多选", choices, "q", several=True))
    await visitor.get("/chat")
    assert visitor.page.count('value="q:a" checked') == 1
    assert visitor.buttons() == ["q:", "q:", "q:!keep"]


async def test_earlier_messages_are_pages_of_their_own(visitor: Visitor) -> None:
    small = Visitor(visitor.world, config=settings(page=3))
    small.http.cookies = visitor.http.cookies
    for number in range(7):
        visitor.world.push(visitor.address, Outgoing(f"第{number}条"))
    await small.get("/chat")
    assert small.said() == ["第4条", "第5条", "第6条"]
    link = small.page.split('<p class="turn"><a href="')[1].split('"')[0]
    await small.get(link)
    assert small.said() == ["第1条", "第2条", "第3条"]
    assert (small.buttons(), "<textarea" in small.page, "回到最新消息" in small.page) == ([], False, True)


async def test_a_desk_that_fails_says_so_with_a_number_and_no_traceback(visitor: Visitor) -> None:
    visitor.world.broken = True
    with capture_logs() as logs:
        page = await visitor.post({"text": "这句没有存上"})
        told = await visitor.post({"text": "这句没有存上"}, headers=OURS | {"accept": "application/json"})
    numbers = [entry.pop("number") for entry in logs]
    event = {"event": "web.failed", "method": "POST", "exc_info": True, "log_level": "error"}
    assert logs == [event, event]
    assert [number in answer.text for number, answer in zip(numbers, (page, told), strict=True)] == [True, True]
    assert (page.status_code, told.status_code) == (500, 500)
    assert "是我们这边的问题（编号 " in page.text
    assert "broken" not in page.text + told.text
    assert told.json()["said"].startswith("这一步没有保存成功，是我们这边的问题（编号 ")


async def test_too_fast_is_slowed_down_with_the_text_kept() -> None:
    visitor = Visitor(config=settings(send_burst=2, send_rate=0.1))
    await visitor.enter()
    answers = [await visitor.post({"text": f"第{number}句"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "请等 10 秒再试" in answers[2].text
    assert "第2句</textarea>" in answers[2].text
    told = await visitor.post({"text": "又一句"}, headers=OURS | {"accept": "application/json"})
    assert (told.status_code, told.headers["retry-after"], told.json()["retry"]) == (429, "10", 10)


async def test_our_script_gets_what_is_new_and_what_is_open(visitor: Visitor) -> None:
    after = visitor.hidden()["after"]
    answer = await visitor.post({"press": "track:case", "after": after}, headers=OURS | {"accept": "application/json"})
    news = answer.json()
    talk = visitor.world.talks[visitor.address]
    assert [message["id"] for message in news["messages"]] == [str(one.id) for one in talk[2:]]
    assert news["state"] == {"open": [str(talk[-1].id)], "now": "3月1日（周五）10:00"}
    page = (await visitor.get("/chat")).text
    assert all(message["html"].strip() in page for message in news["messages"])


async def test_without_an_identity_nothing_is_sent_or_shown() -> None:
    stranger = Visitor()
    page = await stranger.get("/chat")
    sent = await stranger.post({"key": "x", "mid": "x" * 20, "text": "hi"})
    stream = await stranger.get("/chat/events")
    assert (page.status_code, page.headers["location"]) == (303, "/")
    assert (sent.status_code, stream.status_code, stranger.world.heard) == (403, 401, [])


async def test_a_head_request_has_headers_and_changes_nothing(visitor: Visitor) -> None:
    answers = [await visitor.http.head(path) for path in ("/", "/i/ABCDE23456", "/chat", "/chat/events")]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(visitor.world.heard) == 1


def test_the_world_of_the_tests_refuses_a_naive_time() -> None:
    with pytest.raises(AssertionError):
        World().ports().clock.move(World().now_at.replace(year=2020))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "picture"), [("报送情况.png", True), ("盖章.JPG", True), ("附件1.docx", False)])
async def test_a_picture_is_shown_and_any_other_file_is_a_card(name: str, picture: bool) -> None:
    visitor = Visitor()
    await visitor.enter()
    visitor.world.push(visitor.address, Outgoing("请看", attachment=Attachment("chart", "r", name)))
    page = (await visitor.get("/chat")).text
    assert (f'alt="{name}" loading="lazy">' in page, f'<span class="name">{name}</span>' in page) == (
        picture,
        not picture,
    )
