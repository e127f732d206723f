"""What a digest tells, of which stores, and when."""

import uuid
from dataclasses import replace

from stock.acknowledgements import Kind
from stock.messages import PostTo, SendDigest, channels_message
from telling.digest import How
from tests.morning_world import DAY
from tests.send_digest.conftest import NewWorld
from tests.send_digest.world import SENDER, World

QUARTER = 15 * 60


def fill(world: World) -> None:
    """Two stores: one has something of everything."""
    world.store("Berlin")
    world.store("Lima", hours_ago=50)
    world.store("gone", hours_ago=50, items=0)
    world.short("Berlin", "tea", hours_ago=2)
    world.short("Lima", "milk", hours_ago=100)
    world.short("Berlin", "salt", hours_ago=30, count=3)
    world.back("Berlin", "soap", hours_ago=5)
    world.back("Berlin", "soap", hours_ago=7)
    world.back("Berlin", "tea", hours_ago=6)
    world.back("Berlin", "rice", hours_ago=99)
    world.soon("Lima", "jam", 0.9)
    world.soon("Berlin", "oil", 0.2)


def test_it_tells_what_is_open_what_came_what_went_and_who_is_silent(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    digest = world.digest()
    world.morning()
    (text,) = world.received()
    assert text == (
        "2026-11-26 07:30 CET, every store (2). New is what came since 2026-11-25 07:30.\n\n"
        "Out of stock: 2, 1 of them new\n"
        "  tea, Berlin: new, since 2026-11-26 05:30\n"
        "  milk, Lima: since 2026-11-22 03:30\n\n"
        "Low: 1, 0 of them new\n"
        "  salt, Berlin: 3 left, since 2026-11-25 01:30\n\n"
        "Back in stock since 2026-11-25 07:30: 1\n"
        "  soap, Berlin: since 2026-11-26 02:30\n\n"
        "Will probably run out soon: 1\n"
        "  jam, Lima: 12 left, out in 2 to 6 days\n\n"
        "Stores that sent no file since 2026-11-25 07:30: 1\n"
        "  Lima: last file 2026-11-24 05:30\n\n"
        "Work through it on the dashboard: https://onhand.example/alerts\n\n"
        f"You get this as digest {digest.id} of onhand. Who runs onhand changes it with the command: onhand digest\n"
    )


def test_it_is_about_its_stores_only(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    world.digest(stores=("Lima",), language="de")
    world.morning()
    (text,) = world.received()
    assert "Ausverkauft: 1, davon neu: 0\n  milk, Lima: seit 22.11.2026, 03:30 Uhr\n" in text
    assert "Berlin" not in text


def test_of_a_group_it_is_about_the_stores_that_are_in_it_then(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    world.digest(group="north")
    for store in ("Lima", "gone"):
        world.put("groups", {"Group": {"S": "north"}, "Store": {"S": store}})
    world.put("groups", {"Group": {"S": "south"}, "Store": {"S": "Berlin"}})
    world.morning()
    (text,) = world.received()
    assert "CET, group north (1). New" in text
    assert "Out of stock: 1, 0 of them new\n  milk, Lima" in text
    assert "Berlin" not in text


def test_what_somebody_takes_care_of_is_counted_and_comes_back_on_its_day(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    said = {"tea": (Kind.ACK, ""), "milk": (Kind.ORDERED, "2026-11-27"), "salt": (Kind.SNOOZE, "2026-11-26")}
    for name, (kind, until) in said.items():
        world.say("Berlin", name, world.short("Berlin", name, hours_ago=30), kind, until)
    world.put("acknowledgements", {"Store": {"S": "Berlin"}, "Alert": {"S": "item#salt?"}, "Kind": {"N": "7"}})
    world.digest()
    world.morning()
    (text,) = world.received()
    assert "takes care of 2 more, which are not listed: 1 are ordered, 0 snoozed" in text
    assert "Out of stock: 1, 0 of them new\n  salt, Berlin" in text
    world.late += DAY
    world.morning()
    (text,) = world.received()
    assert "takes care of 1 more" in text
    assert "  milk, Berlin: since" in text


def test_what_came_back_and_is_out_again_is_not_back_though_somebody_takes_care_of_it(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    world.back("Berlin", "tea", hours_ago=6)
    world.say("Berlin", "tea", world.short("Berlin", "tea", hours_ago=2), Kind.ACK)
    world.digest()
    world.morning()
    (text,) = world.received()
    assert "Back in stock" not in text


def test_what_is_ordered_or_out_meanwhile_is_not_told_to_run_out(new_world: NewWorld) -> None:
    world = new_world()
    for number, name in enumerate(("jam", "oil", "tea", "salt")):
        world.store(f"Store {number}")
        world.soon(f"Store {number}", name, 0.9)
    runs_out = "20261125T060000.000Z-morning#RUNS_OUT_SOON#"
    world.say("Store 0", "jam", f"{runs_out}jam", Kind.ORDERED, "2026-11-27")
    world.say("Store 1", "oil", f"{runs_out}oil", Kind.SNOOZE, "2026-11-26")
    world.short("Store 2", "tea", hours_ago=1)
    world.digest()
    world.morning()
    (text,) = world.received()
    assert "takes care of 1 more, which are not listed: 1 are ordered" in text
    assert "run out soon: 2\n  oil, Store 1: 12 left, out in 2 to 6 days\n  salt, Store 3" in text


def test_of_a_group_that_is_gone_nothing_is_known(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    to = f"{uuid.uuid4().hex}@example.com"
    world.digest(How.EMAIL, to, group="north east")
    world.morning()
    (mail,) = world.mails(to)
    assert mail["Subject"] == "group north east (0): nothing is known"
    assert "No store that has any items is in it" in mail["BodyText"]
    assert "Nothing is out of stock" not in mail["BodyText"]


def test_what_came_after_the_last_one_is_new_and_nothing_is_new_on_no_day_or_for_ever(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    world.digest(days="mon-fri")
    world.morning()
    world.received()
    world.late += DAY / 2
    world.short("Berlin", "tea", hours_ago=0)
    world.late += DAY / 2  # Friday
    world.morning()
    assert "1 of them new\n  tea, Berlin: new" in world.received()[0]
    for _ in range(3):
        assert world.received() == [], "on Saturday and Sunday"
        world.late += DAY
        world.morning()
    assert "0 of them new\n  tea, Berlin: since" in world.received()[0]


def test_fifty_are_listed_and_all_are_counted(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    for number in range(45):
        world.short("Berlin", f"out {number}", hours_ago=number)
    for number in range(12):
        world.short("Berlin", f"low {number}", hours_ago=number, count=2)
    world.digest()
    world.morning()
    (text,) = world.received()
    assert "Out of stock: 45," in text
    assert "Low: 12," in text
    assert text.count("  out ") == 40
    assert text.count("  low ") == 10
    assert "  … and 5 more\n" in text
    assert "  … and 2 more\n" in text


def test_each_is_sent_at_its_own_time_of_its_days_once(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    world.morning()
    digest = world.digest(at="18:15", zone="Asia/Kolkata", days="thu,sat")  # 12:45 UTC
    world.put("digests", {"Digest": {"S": "broken"}, "How": {"S": "pigeon"}})
    sent = []
    for _ in range(4 * DAY // QUARTER):
        world.late += QUARTER
        world.morning()
        if world.received():
            sent.append(world.late / 3600)
    assert sent == [6.25, 54.25]
    assert world.last_sent(digest) == "2026-11-28T12:45:00.000Z"


def test_what_was_missed_is_made_up_for_unless_the_morning_is_over(new_world: NewWorld) -> None:
    world = new_world()
    world.store("Berlin")
    world.digest()
    assert world.scheduled() == 1
    assert world.scheduled() == 0, "it is noted up to when they were handed out"
    world.late += DAY + 3 * 3600
    assert world.scheduled() == 1
    world.late += 3 * DAY + 4 * 3600  # Monday, 14:30 in Berlin
    assert world.scheduled() == 0


def test_a_mail_of_ses_is_html_and_text(new_world: NewWorld) -> None:
    world = new_world()
    world.store("<b>Köln</b> & Co.")
    world.short("<b>Köln</b> & Co.", '"Tee" <script>', hours_ago=2)
    to = f"{uuid.uuid4().hex}@example.com"
    world.digest(How.EMAIL, to)
    world.morning()
    (mail,) = world.mails(to)
    assert mail["Source"] == SENDER
    assert mail["Subject"] == "every store (1): 1 out of stock, 0 low"
    assert '  "Tee" <script>, <b>Köln</b> & Co.: new, since' in mail["BodyText"]
    html = mail["BodyHtml"]
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;Köln&lt;/b&gt; &amp; Co." in html
    assert 'name="color-scheme" content="light dark"' in html
    assert "color:#" not in html, "a colour of ours could not be read on what dark mode makes of the page"
    assert 'href="https://onhand.example/store?name=%3Cb%3EK%C3%B6ln%3C%2Fb%3E%20%26%20Co.&amp;find=%22Tee%22' in html
    assert world.received() == []


def test_one_for_a_channel_goes_to_the_queue_of_the_channels(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    world.digest(How.CHANNEL, "a1b2c3d4")
    world.morning()
    (body,) = world.posted()
    message = channels_message(body)
    assert isinstance(message, PostTo)
    assert message.channel == "a1b2c3d4"
    post = message.post
    assert post.title == "every store (2): 2 out of stock, 1 low"
    assert post.parts[1].title == "Out of stock: 2, 1 of them new"
    assert post.parts[1].lines[0] == "tea, Berlin: new, since 2026-11-26 05:30"


def test_a_digest_that_was_removed_is_not_sent(new_world: NewWorld) -> None:
    world = new_world()
    assert world.deliver(SendDigest("nobody", world.now()).body())
    assert world.received() == []


def test_what_cannot_be_sent_comes_again_with_growing_pauses(new_world: NewWorld) -> None:
    world = new_world()
    digest = world.digest(How.EMAIL)
    world.settings = replace(world.settings, sender="nobody@unverified.example")  # SES refuses it
    for number, pause in ((1, 30), (2, 90), (8, 3600)):
        assert not world.deliver(SendDigest(digest.id, world.now()).body(), number, world.new_instance())
        assert world.pauses.pop() == pause
    assert world.last_sent(digest) == ""
