"""Tests of the way in: identities, their cookie, and what must not open the door."""

from __future__ import annotations

import pytest

from tests.web.fakes import CODE, World, demonstration, settings
from tests.web.visitor import OURS, Visitor
from web import identity
from web.config import WebConfig


async def test_the_welcome_page_says_where_to_get_the_link() -> None:
    page = (await Visitor().get("/")).text
    assert "请打开活动组织方发给您的邀请链接" in page
    assert "/demo" not in page


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (" abcde-23456 ", "/i/ABCDE23456"),
        ("ａｂｃｄｅ·23456", "/i/ABCDE23456"),
        ("AbCd", None),
        ("../x", None),
        ("", None),
    ],
)
async def test_a_typed_code_leads_to_its_link(typed: str, place: str | None) -> None:
    answer = await Visitor().get("/i", params={"code": typed})
    assert (answer.status_code, answer.headers.get("location")) == ((303, place) if place else (404, None))


async def test_opening_a_link_again_and_again_redeems_nothing() -> None:
    visitor = Visitor()
    for _ in range(3):
        await visitor.get(f"/i/{CODE}", headers={"sec-purpose": "prefetch"})
        await visitor.http.head(f"/i/{CODE}")
    assert (visitor.world.tokens, visitor.world.heard) == ({}, [])


async def test_the_button_redeems_the_invite_and_goes_on_to_the_chat() -> None:
    visitor = Visitor()
    answer = await visitor.enter()
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    [message] = visitor.world.heard
    assert (message.channel, message.address, message.text) == ("web", visitor.address, f"/start {CODE}")
    assert "欢迎代表示例市市场监督管理局参加" in visitor.said()[0]


async def test_only_the_hash_of_the_token_is_stored() -> None:
    visitor = Visitor()
    await visitor.enter()
    token = visitor.http.cookies["xinshi"]
    assert list(visitor.world.tokens) == [identity.token_hash(token)]
    assert len(token) == 43
    assert token not in visitor.page


async def test_the_cookie_is_closed_to_scripts_and_other_sites() -> None:
    plain = await Visitor().enter()
    [cookie] = plain.headers.get_list("set-cookie")
    assert cookie.split("; ")[1:] == ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=lax"]
    secure = await Visitor(config=settings(secure=True)).enter()
    [cookie] = secure.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-xinshi=")
    assert cookie.split("; ")[1:] == ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=lax", "Secure"]


@pytest.mark.parametrize("token", ["A" * 43, "short", "", "ü" * 43, "A" * 5000, "../../" + "A" * 37])
async def test_a_token_that_we_did_not_issue_is_nobody(token: str) -> None:
    visitor = Visitor()
    answer = await visitor.http.get("/chat", headers={b"cookie": f"xinshi={token}".encode()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_planted_token_does_not_survive_the_redeeming() -> None:
    attacker = Visitor()
    await attacker.get(f"/i/{CODE[::-1]}")
    victim = Visitor(attacker.world, app=attacker.app)
    victim.plant(attacker.http.cookies["xinshi"])
    await victim.enter()
    assert victim.http.cookies["xinshi"] != attacker.http.cookies["xinshi"]
    assert (await attacker.get("/chat")).status_code == 303
    assert (await victim.get("/chat")).status_code == 200


async def test_a_planted_living_identity_is_taken_out_of_the_planters_hands() -> None:
    attacker = Visitor()
    await attacker.enter("ATTACKER22")
    victim = Visitor(attacker.world, app=attacker.app)
    victim.plant(attacker.http.cookies["xinshi"])
    await victim.enter(CODE)
    assert (await attacker.get("/chat")).status_code == 303
    assert (await attacker.post({"text": "x"}, form={})).status_code == 403


async def test_the_planter_cannot_work_out_the_new_token_without_the_code() -> None:
    world = World()
    attacker = Visitor(world)
    await attacker.get(f"/i/{CODE}")
    planted = attacker.http.cookies["xinshi"]
    victim = Visitor(world, app=attacker.app)
    victim.plant(planted)
    await victim.enter(CODE)
    guesses = [
        identity.next_token(b"x" * 32, "on", planted, CODE),
        identity.next_token(settings().secret, "on", planted),
    ]
    assert [identity.token_hash(guess) in world.tokens for guess in guesses] == [False, False]


async def test_redeeming_another_invite_keeps_the_address_under_a_new_token() -> None:
    visitor = Visitor()
    await visitor.enter()
    before, address = visitor.http.cookies["xinshi"], visitor.address
    await visitor.get("/i/SECXND2222")
    assert "我是另一位使用者" in visitor.page
    await visitor.enter("SECXND2222")
    assert visitor.http.cookies["xinshi"] != before
    assert [message.address for message in visitor.world.heard] == [address, address]
    assert visitor.address == address


async def test_another_person_at_the_same_machine_begins_anew() -> None:
    visitor = Visitor()
    await visitor.enter()
    await visitor.enter("SECXND2222", anew="1")
    first, second = (message.address for message in visitor.world.heard)
    assert first != second
    assert len(visitor.world.talks[second]) == 2
    assert "/start" not in visitor.page
    assert visitor.said()[0].startswith("您好")


async def test_an_answer_lost_on_its_way_is_made_up_for_by_pressing_again() -> None:
    visitor = Visitor()
    await visitor.get(f"/i/{CODE}")
    form, before = visitor.hidden(), visitor.http.cookies["xinshi"]
    await visitor.http.post(f"/i/{CODE}", data=form, headers=OURS)
    token = visitor.http.cookies["xinshi"]
    visitor.plant(before)
    answer = await visitor.http.post(f"/i/{CODE}", data=form, headers=OURS)
    assert (answer.status_code, answer.cookies["xinshi"]) == (303, token)
    assert (len(visitor.world.tokens), len(visitor.world.heard)) == (1, 1)


async def test_the_same_holds_for_a_second_invite() -> None:
    visitor = Visitor()
    await visitor.enter()
    await visitor.get("/i/SECXND2222")
    form, before = visitor.hidden(), visitor.http.cookies["xinshi"]
    for _ in range(2):
        visitor.plant(before)
        assert (await visitor.http.post("/i/SECXND2222", data=form, headers=OURS)).status_code == 303
    assert (len(visitor.world.tokens), len(visitor.world.heard)) == (1, 2)


async def test_a_link_opened_later_is_heard_again() -> None:
    visitor = Visitor()
    await visitor.enter()
    await visitor.enter()
    assert [message.text for message in visitor.world.heard] == [f"/start {CODE}"] * 2
    assert len({message.id for message in visitor.world.heard}) == 2


@pytest.mark.parametrize(
    "case", ["no key", "wrong key", "key of another", "no cookie", "another site", "another origin"]
)
async def test_the_button_works_only_from_our_own_page(case: str) -> None:
    visitor, other = Visitor(), Visitor()
    await visitor.get(f"/i/{CODE}")
    await other.get(f"/i/{CODE}")
    form, headers = visitor.hidden(), dict(OURS)
    match case:
        case "no key":
            del form["key"]
        case "wrong key":
            form["key"] = "0" * 32
        case "key of another":
            form["key"] = other.hidden()["key"]
        case "no cookie":
            visitor.http.cookies.clear()
        case "another site":
            headers = {"sec-fetch-site": "cross-site"}
        case "another origin":
            headers = {"origin": "https://evil.example"}
    answer = await visitor.http.post(f"/i/{CODE}", data=form, headers=headers)
    assert (answer.status_code, visitor.world.tokens, visitor.world.heard) == (403, {}, [])


@pytest.mark.parametrize("case", ["no key", "wrong key", "key of another", "same-site", "cross-site", "none", "origin"])
async def test_a_message_is_taken_only_from_our_own_page(case: str) -> None:
    visitor, other = Visitor(), Visitor()
    await visitor.enter()
    await other.enter()
    form, headers = visitor.hidden(), dict(OURS)
    match case:
        case "no key":
            del form["key"]
        case "wrong key":
            form["key"] = "x"
        case "key of another":
            form["key"] = other.hidden()["key"]
        case "origin":
            headers = {"origin": "https://evil.example"}
        case site:
            headers = {"sec-fetch-site": site}
    answer = await visitor.post({"text": "x"}, form=form, headers=headers, files=[("a.docx", b"PK")])
    assert (answer.status_code, len(visitor.world.heard), visitor.world.stored) == (403, 1, {})


@pytest.mark.parametrize(
    ("headers", "config"),
    [
        ({}, settings()),
        ({"origin": "null"}, settings()),
        ({"origin": "http://chat.example"}, settings()),
        ({"origin": "https://public.example"}, settings(public_url="https://public.example/")),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, settings()),
    ],
)
async def test_browsers_that_tell_less_are_served_too(headers: dict[str, str], config: WebConfig) -> None:
    visitor = Visitor(config=config)
    await visitor.enter()
    assert (await visitor.post({"text": "x"}, headers=headers)).status_code == 303


async def test_guessing_codes_is_slowed_down() -> None:
    visitor = Visitor(config=settings(door_burst=2))
    statuses = [(await visitor.enter(f"GEESS2222{number}")).status_code for number in range(3)]
    assert statuses == [303, 303, 429]


async def test_a_personas_link_works_again_and_again_and_changes_who_one_is() -> None:
    visitor = Visitor(config=demonstration())
    for code in ("DEPT222222", "DXST333333", "DEPT222222"):
        await visitor.enter(code)
    addresses = [message.address for message in visitor.world.heard]
    assert addresses[0] == addresses[2] != addresses[1]
    assert len(set(visitor.world.tokens.values())) == 2
