"""What a student does reaches the core, and what it answers reaches the student, by Socket Mode and by HTTP alike."""

from dataclasses import replace

import pytest

from bot.core.errors import DeliveryError
from bot.core.inbound import ButtonPressed, CommandSent, FormSent, Inbound, Joined, TextSent
from bot.core.messages import Button, Card, Document, Field, Form, Link, Option, Picture, Reply, say
from bot.domain.student import Address
from tests.drivers.slack import NotAcknowledged
from tests.fakes.slack import Fault, Message
from tests.platforms.slack.conftest import World

NOTE = Form(
    "log.note",
    "A line for your log",
    (
        Field("line", "What did you see?", guard=True, max_length=300, hint="No patient details."),
        Field("kind", "What was it?", kind="choice", options=(Option("see", "I saw it"), Option("did", "I did it"))),
        Field("on", "When?", kind="date", required=False),
        Field("at", "What time?", kind="time", required=False),
        Field("minutes", "How long?", kind="number", required=False),
        Field("where", "Where?", kind="place", required=False, options=(Option("x", "Chicago"),)),
    ),
    intro="One line is **enough**.",
    context="r7 midpoint",
)


async def test_a_slash_command_is_answered_in_its_acknowledgment(world: World) -> None:
    """No call of the Web API is needed for the answer, and only the one who asked sees it."""
    world.core.answer = lambda _: say("**dispo**: where they go next", title="A word")
    student = world.student(channel="C1")
    await student.command("phrase", "dispo & <more>")
    [event] = world.core.events
    assert isinstance(event, CommandSent)
    assert (event.name, event.text, event.private) == ("phrase", "dispo & <more>", False)
    assert event.zone == "America/Chicago"
    assert event.sender == Address("slack", "T1", "U1", "")
    assert student.last == "A word\ndispo: where they go next"
    assert world.fake.messages[-1].only == "U1"
    assert [call.method for call in world.fake.calls if call.method.startswith("chat")] == []
    assert world.pace.debits == ["slack:T1"]


async def test_a_look_up_may_answer_in_place(world: World) -> None:
    """Only what the core marks as not private is shown to the channel."""
    world.core.answer = lambda _: replace(say("dispo"), private=False)
    await world.student(channel="C1").command("phrase", "dispo")
    assert world.fake.messages[-1].only == ""
    assert world.student("U2").last == "dispo"


@pytest.mark.parametrize(
    ("typed", "name", "text"),
    [
        ("", "help", ""),
        ("settings", "settings", ""),
        ("  Log  saw a  line ", "log", "saw a  line"),
        ("/phrase dispo", "phrase", "dispo"),
        ("dispo planning", "dispo", "planning"),
        ("payload=1&x=%7B", "payload=1&x=%7b", ""),
        ("phrase payload", "phrase", "payload"),
    ],
)
async def test_coach_takes_every_command(world: World, typed: str, name: str, text: str) -> None:
    """What stands behind /coach is a command and its words; nothing is help; an unknown one reaches the core as it is."""
    await world.student().slash("/coach", typed)
    [event] = world.core.events
    assert isinstance(event, CommandSent)
    assert (event.name, event.text) == (name, text)


async def test_words_in_the_direct_message(world: World) -> None:
    """Words come as words, the answer as a message, and the chat is known from then on."""
    student = world.student()
    await student.type("dispo <b> & co")
    [event] = world.core.events
    assert isinstance(event, TextSent)
    assert (event.text, event.private, event.sender.chat) == ("dispo <b> & co", True, "DU1")
    assert student.last == "got TextSent"
    await student.command("tip")
    assert world.core.events[-1].sender.chat == "DU1"
    assert world.fake.of("chat.postMessage")[0]["unfurl_links"] is False


async def test_bots_edits_and_channel_chatter_are_left_alone(world: World) -> None:
    """What no student wrote to the bot is acknowledged and nothing else."""
    student = world.student()
    base = {"type": "message", "channel_type": "im", "channel": "DU1", "user": "U1", "text": "x", "ts": "1.1"}
    await student.event({**base, "bot_id": "B1"})
    await student.event({**base, "subtype": "message_changed"})
    await student.event({**base, "subtype": "file_share"})
    await student.event({**base, "channel_type": "channel", "channel": "C1"})
    await student.event({"type": "member_joined_channel", "user": "U1", "channel": "C1"})
    await student.event({"type": "app_mention", "channel": "DU1", "user": "U1", "text": "x", "ts": "1.2"})
    await student.event({"type": "something_new"})
    assert world.core.events == []


async def test_a_mention_is_answered_to_the_one_who_asked(world: World) -> None:
    """In a channel the answer is ephemeral; a look-up goes into the thread."""
    student = world.student()
    await student.mention("what is dispo", thread="1700000000.9")
    [event] = world.core.events
    assert isinstance(event, TextSent)
    assert (event.text, event.private, event.sender.chat) == ("what is dispo", False, "")
    [whisper] = world.fake.of("chat.postEphemeral")
    assert (whisper["user"], whisper["thread_ts"]) == ("U1", "1700000000.9")
    world.core.answer = lambda _: replace(say("dispo"), private=False)
    await student.mention("dispo", thread="1700000000.9")
    assert world.fake.of("chat.postMessage")[-1]["thread_ts"] == "1700000000.9"


async def test_a_press_rewrites_its_message(world: World) -> None:
    """A reply that replaces rewrites the pressed message by the response_url; another becomes a new message."""
    student = world.student()
    world.core.answer = lambda _: say("First", (Button("Next", "quiz.next", "~4 b"), Link("Read", "https://x.org")))
    await student.type("go")
    assert student.buttons == ["Next", "Read"]
    world.core.answer = lambda _: say("Second", (Button("On", "quiz.on"),), replaces=True)
    await student.press("Next")
    event = world.core.events[-1]
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value, event.private) == ("quiz.next", "~4 b", True)
    assert event.message == world.fake.messages[0].ts
    assert (student.last, len(world.fake.messages)) == ("Second", 1)
    world.core.answer = lambda _: say("Third")
    await student.press("On")
    assert (student.last, len(world.fake.messages)) == ("Third", 2)
    assert len(world.fake.of("chat.postMessage")) == 2, "a new message in the direct message is one of ours"


async def test_a_link_press_is_only_acknowledged(world: World) -> None:
    """Slack tells of links too; nothing happens."""
    student = world.student()
    world.core.answer = lambda _: say("Look", (Link("Read", "https://x.org"),))
    await student.type("go")
    await student.press("Read")
    assert len(world.core.events) == 1


async def test_a_private_answer_never_rewrites_what_a_channel_reads(world: World) -> None:
    """A press on a look-up that stands in a channel is answered to the presser alone."""
    world.core.answer = lambda _: replace(say("dispo", (Button("Mine", "x.y"),)), private=False)
    await world.student(channel="C1").command("phrase", "dispo")
    other = world.student("U2", channel="C1")
    world.core.answer = lambda _: say("Your rotation", replaces=True)
    await other.press("Mine")
    assert world.fake.messages[0].blocks != world.fake.messages[1].blocks
    assert world.fake.messages[1].only == "U2"
    assert world.student("U1").last == "dispo"


async def test_a_press_in_a_channel_on_ones_own_answer_rewrites_it(world: World) -> None:
    """What only the asker sees may be rewritten, and stays theirs."""
    world.core.answer = lambda _: say("Settings", (Button("Later", "x.y"),))
    student = world.student(channel="C1")
    await student.command("settings")
    world.core.answer = lambda _: say("Later it is", replaces=True)
    await student.press("Later")
    [message] = world.fake.messages
    assert (message.only, student.last) == ("U1", "Later it is")


async def test_a_notice_alone_is_a_line_for_the_presser(world: World) -> None:
    """Slack has no little answer to a press: a line that vanishes stands for it."""
    student = world.student()
    world.core.answer = lambda _: say("Tip", (Button("Save", "x.y"),))
    await student.type("go")
    world.core.answer = lambda _: Reply(notice="Saved")
    await student.press("Save")
    assert (student.last, world.fake.messages[-1].only) == ("Saved", "U1")


async def test_an_answer_after_the_response_url_is_used_up(world: World) -> None:
    """Five uses in thirty minutes: then the message is rewritten, or posted, by the Web API."""
    student = world.student()
    world.core.answer = lambda _: say("First", (Button("Next", "x.y"),))
    await student.type("go")
    world.core.answer = lambda _: say("Second", replaces=True)
    world.fake.fail("response_url", Fault(status=404, body={"ok": False, "error": "used_url"}))
    await student.press("Next")
    assert (student.last, len(world.fake.of("chat.update"))) == ("Second", 1)
    cards = tuple(Card(body=f"{number} " + "word " * 900) for number in range(16))
    world.core.answer = lambda _: Reply(cards=cards)
    in_channel = world.student(channel="C1")
    await in_channel.command("settings")
    assert len([body for _, body in world.fake.posted]) >= 5
    assert world.fake.of("chat.postEphemeral"), "the sixth message and on"
    shown = [each for each in world.fake.messages if each.channel == "C1"]
    assert all(each.only == "U1" for each in shown)
    assert [each.text[:2].strip() for each in shown if each.text[0].isdigit()]


async def test_a_channel_the_app_is_not_in(world: World) -> None:
    """Where neither url nor channel takes the answer, the direct message does."""
    student = world.student(channel="C9")
    world.core.answer = lambda _: Reply(cards=tuple(Card(body="word " * 1_500) for _ in range(2)))
    world.fake.fail("response_url", *[Fault(status=404, body={"ok": False})] * 9)
    await student.command("settings")
    assert {each.channel for each in world.fake.messages} == {"DU1"}


async def test_a_modal_goes_there_and_back(world: World) -> None:
    """A form opens as a modal, its answers come back by field, and the answer to them is a message."""
    student = world.student()
    world.core.answer = lambda event: Reply(form=NOTE) if isinstance(event, CommandSent) else say("Kept.")
    await student.command("log")
    view = student.modal
    assert view is not None
    assert "One line is enough." in student.last
    assert "Such as: Chicago." in student.last
    await student.fill({"line": "a tap & more", "kind": "did", "on": "2026-12-01", "at": "07:30", "minutes": "45"})
    event = world.core.events[-1]
    assert isinstance(event, FormSent)
    assert (event.form, event.context) == ("log.note", "r7 midpoint")
    sent = {"line": "a tap & more", "kind": "did", "on": "2026-12-01", "at": "07:30", "minutes": "45", "where": ""}
    assert event.values == sent
    assert student.modal is None
    assert student.last == "Kept."


async def test_faults_stand_at_their_fields(world: World) -> None:
    """What can't be read is told beside its field; the same answers again get the same, never a modal that closes."""
    student = world.student()
    faulty = replace(NOTE, fields=(replace(NOTE.fields[0], error="This one is needed."), *NOTE.fields[1:]))
    world.core.answer = lambda event: Reply(form=NOTE if isinstance(event, CommandSent) else faulty)
    await student.command("log")
    await student.fill({"kind": "see"})
    assert student.modal is not None
    assert student.modal.errors == {"line": "This one is needed."}
    await student.submit(student.modal)
    assert student.modal.errors == {"line": "This one is needed."}
    world.core.answer = lambda _: say("Kept.")
    await student.fill({"line": "now there"})
    assert (student.modal, student.last) == (None, "Kept.")


async def test_the_guard_asks_in_the_modal_with_the_text_still_there(world: World) -> None:
    """A stopped note updates the modal: the question is there, the text too, and nothing is posted."""
    student = world.student()
    world.core.answer = lambda _: Reply(form=NOTE)
    await student.command("log")
    choice = Field("guard_choice", "What should I do with it?", kind="choice", options=(Option("keep", "Keep this"),))

    def stopped(event: Inbound) -> Reply:
        assert isinstance(event, FormSent)
        if event.values.get("guard_choice") == "keep":
            return say("Kept.")
        form = NOTE.filled(event.values)
        return Reply(form=replace(form, fields=(*form.fields, choice), intro="**I didn't keep that yet.**"))

    world.core.answer = stopped
    await student.fill({"line": "Mr. Alvarez did well", "kind": "see"})
    assert student.modal is not None
    assert student.modal.values["line"] == "Mr. Alvarez did well"
    assert "I didn't keep that yet." in student.last
    assert student.buttons[-1] == "Keep this"
    assert not [message for message in world.fake.messages if "Alvarez" in str(message.blocks)]
    await student.press("Keep this")
    event = world.core.events[-1]
    assert isinstance(event, FormSent)
    assert (event.context, event.values["line"]) == ("r7 midpoint", "Mr. Alvarez did well")
    assert student.last == "Kept."
    assert "Alvarez" not in " ".join(each.key for each in world.core.events)


async def test_a_form_that_was_handled_before_says_so(world: World) -> None:
    """The answer got lost on the way and the student sends again: one effect, and no silence."""
    student = world.student()
    world.core.answer = lambda event: Reply(form=NOTE) if isinstance(event, CommandSent) else say("Kept.")
    await student.command("log")
    await student.fill({"line": "x", "kind": "see"})
    ack = await student.again()
    assert ack is not None
    assert ack["response_action"] == "update"
    assert "sent before" in str(ack["view"])
    assert len(world.core.events) == 2


async def test_a_form_without_a_trigger_is_a_button(world: World) -> None:
    """After typed words nothing can open a modal: a button does, and names the form and its context."""
    student = world.student()
    world.core.answer = lambda _: Reply(form=NOTE)
    await student.type("I want to log")
    assert student.buttons == ["Open: A line for your log"]
    await student.press("Open: A line for your log")
    event = world.core.events[-1]
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("form.open", "log.note r7 midpoint")
    assert student.modal is not None


async def test_a_trigger_that_expired_leaves_the_button(world: World) -> None:
    """Three seconds passed: the form waits behind a button instead of being lost."""
    student = world.student()
    world.core.answer = lambda _: Reply(form=NOTE)
    world.fake.refuse("views.open", "expired_trigger_id")
    await student.command("log")
    assert student.buttons == ["Open: A line for your log"]


async def test_a_form_opened_in_a_channel_is_answered_there_to_one(world: World) -> None:
    """The response_url travels with the modal."""
    student = world.student(channel="C1")
    world.core.answer = lambda event: Reply(form=NOTE) if isinstance(event, CommandSent) else say("Kept.")
    await student.command("log")
    await student.fill({"line": "x", "kind": "see"})
    assert isinstance(world.core.events[-1], FormSent)
    assert not world.core.events[-1].private
    assert (world.fake.messages[-1].channel, world.fake.messages[-1].only) == ("C1", "U1")
    await student.command("log")
    world.fake.expire_hooks()
    await student.fill({"line": "y", "kind": "see"})
    assert world.fake.of("chat.postEphemeral")[-1]["user"] == "U1"


async def test_text_is_never_brought_back_by_a_button(world: World) -> None:
    """A quoting reply points to the form: Slack gives no way to carry the text unseen."""
    student = world.student()
    world.core.answer = lambda _: replace(say("I didn't keep that.", (Button("Keep", "interview.guard"),)), quotes=True)
    await student.type("Mr. Alvarez")
    assert "I didn't keep that." in student.last
    assert student.buttons == ["Open the form"]
    await student.press("Open the form")
    assert isinstance(world.core.events[-1], ButtonPressed)
    assert world.core.events[-1].action == "interview.form"


async def test_opening_the_chat_is_told_and_not_answered(world: World) -> None:
    """Joined comes with the chat; its key is the student's, so that the core takes it once."""
    student = world.student()
    world.core.answer = lambda _: None
    await student.open_chat()
    await student.open_chat()
    assert [type(event) for event in world.core.events] == [Joined]
    assert world.core.events[0].sender.chat == "DU1"
    assert student.messages == []


async def test_files_and_pictures(world: World) -> None:
    """Documents and charts are uploaded; a chart has its line; in a channel they go to the direct message."""
    card = Card(body="Your week", picture=Picture(b"\x89PNG", "Three of five days done"))
    world.core.answer = lambda _: Reply(cards=(card,), files=(Document("log.csv", "text/csv", b"a,b"),))
    for student in (world.student(), world.student(channel="C1")):
        await student.command("settings")
    shared = [message for message in world.fake.messages if message.file]
    assert [message.channel for message in shared] == ["DU1"] * 4
    assert [message.file["alt_txt"] for message in shared if message.file and "alt_txt" in message.file] == [
        "Three of five days done"
    ] * 2
    assert {message.file["data"] for message in shared if message.file} == {b"\x89PNG", b"a,b"}


async def test_a_modal_that_slack_does_not_open_is_not_swallowed(world: World) -> None:
    """The press is not acknowledged, so the student sees that it did not work; the next one does."""
    student = world.student()
    if world.url == "":
        student.wire._wait = 0.3  # type: ignore[attr-defined]
    world.core.answer = lambda _: Reply(form=NOTE)
    world.fake.refuse("views.open", "internal_error")
    with pytest.raises(NotAcknowledged):
        await student.command("log")
    await student.command("log")
    assert student.modal is not None


async def test_a_limited_response_url_is_waited_for(world: World) -> None:
    """The pause is the bucket's, whichever way the answer goes."""
    student = world.student()
    world.core.answer = lambda _: say("First", (Button("Next", "x.y"),))
    await student.type("go")
    world.core.answer = lambda _: say("Second", replaces=True)
    world.fake.fail("response_url", Fault(status=429, body={}, headers={"Retry-After": "0"}))
    await student.press("Next")
    assert (student.last, world.pace.pauses) == ("Second", [("slack:T1", 0.0)])


async def test_the_same_event_again_has_one_effect(world: World) -> None:
    """Slack delivers what it thinks lost up to three times more."""
    student = world.student()
    await student.type("once")
    for attempt in (1, 2, 3):
        await student.again(attempt)
    assert len(world.core.events) == 1
    assert student.messages == ["got TextSent"]


async def test_a_database_away_is_not_acknowledged(world: World) -> None:
    """Nothing was committed, so Slack shall send it again; then it is handled."""
    student = world.student()
    world.core.away = True
    if world.url == "":
        student.wire._wait = 0.3  # type: ignore[attr-defined]
    with pytest.raises(NotAcknowledged):
        await student.type("once")
    world.core.away = False
    await student.again()
    assert student.messages == ["got TextSent"]


async def test_an_answer_that_could_not_be_sent_comes_with_the_redelivery(world: World) -> None:
    """The core keeps the answer; Slack's next attempt sends it without handling twice."""
    student = world.student()
    if world.url == "":
        student.wire._wait = 0.3  # type: ignore[attr-defined]
    world.fake.fail("chat.postMessage", Fault(status=500, html="<h1>oh no</h1>"))
    with pytest.raises(NotAcknowledged):
        await student.type("once")
    await student.again()
    assert len(world.core.events) == 1
    assert student.messages == ["got TextSent"]


async def test_a_pause_is_waited_out_once_and_told(world: World) -> None:
    """A 429 to an answer pauses the bucket; a short one is waited out."""
    student = world.student()
    limited = {"ok": False, "error": "ratelimited"}
    world.fake.fail("chat.postMessage", Fault(status=429, body=limited, headers={"Retry-After": "0"}))
    await student.type("once")
    assert world.pace.pauses == [("slack:T1", 0.0)]
    assert student.messages == ["got TextSent"]
    if world.url == "":
        student.wire._wait = 0.3  # type: ignore[attr-defined]
    world.fake.fail("chat.postMessage", Fault(status=429, body=limited, headers={"Retry-After": "60"}))
    with pytest.raises(NotAcknowledged):
        await student.type("twice")
    assert world.pace.pauses[-1] == ("slack:T1", 60.0)


async def test_an_answer_nobody_can_get_is_not_tried_again(world: World) -> None:
    """The chat is gone: acknowledged, and not kept."""
    student = world.student()
    world.fake.refuse("chat.postMessage", "messages_tab_disabled")
    await student.type("once")
    assert list(world.core.handled.values()) == [None]


async def test_the_zone_is_asked_for_once_and_never_needed(world: World) -> None:
    """users.info once a student; its failure leaves the zone empty."""
    first, second = world.student(), world.student("U2")
    world.fake.refuse("users.info", "missing_scope")
    for _ in range(2):
        await first.type("x")
        await second.type("x")
    zones = [(event.sender.user, event.zone) for event in world.core.events]
    assert zones == [("U1", ""), ("U2", "America/New_York")] * 2
    assert len(world.fake.of("users.info")) == 2
    assert world.slack.state == "ready"


async def test_a_push_opens_the_direct_message_once(world: World) -> None:
    """A student who never wrote is found by conversations.open; a known chat is used."""
    for _ in range(2):
        await world.slack.send(Address("slack", "T1", "U2", ""), say("Good morning", (Button("Yes", "a.b"),)))
    await world.slack.send(Address("slack", "T1", "U1", "DU1"), Reply(form=NOTE))
    assert [each["users"] for each in world.fake.of("conversations.open")] == ["U2"]
    assert world.student("U2").messages == ["Good morning"] * 2
    assert world.student().buttons == ["Open: A line for your log"]
    with pytest.raises(DeliveryError) as caught:
        await world.slack.send(Address("slack", "T1", "U9", ""), say("x"))
    assert caught.value.kind == "gone"


async def test_a_press_in_somebody_elses_direct_message(world: World) -> None:
    """A look-up shown in a chat of two people is not the app's chat: the answer goes by the response_url."""
    world.core.answer = lambda _: replace(say("dispo", (Button("More", "x.y"),)), private=False)
    student = world.student(channel="DX9")
    await student.command("phrase", "dispo")
    world.core.answer = lambda _: say("Only you")
    await student.press("More")
    message = world.fake.messages[-1]
    assert isinstance(message, Message)
    assert (message.channel, message.only) == ("DX9", "U1")
