"""What a student and the bot say to each other, by polling and by webhook."""

from dataclasses import replace

import pytest

from bot.core.inbound import ButtonPressed, CommandSent, Gone, Joined, TextSent
from bot.core.messages import Button, Form, Link, Reply, say
from bot.domain.student import Address
from bot.platforms.spacing import MOST, WITHIN, Spacing
from tests.fakes.telegram import Call, group, judged, private, student
from tests.platforms.telegram.conftest import CHART, CHOICE, COMMANDS, FILE, running

ANA = Address("telegram", "", "5001", "5001")


async def test_commands_and_descriptions_are_told_at_the_start(bench):
    assert bench.fake.commands == [{"command": name, "description": line} for name, line in COMMANDS]
    assert "patient" in bench.fake.description
    assert bench.fake.short_description
    assert bench.fake.menu_button == {"type": "commands"}
    await bench.fake.until(lambda: bench.bot.state == "ready")


async def test_what_is_told_already_is_not_told_again(fake, bench):
    told = len([call for call in fake.calls if call.method.startswith("setMy")])
    assert told == 3
    assert len(fake.made("setChatMenuButton")) == 1
    bench.task.cancel()
    before = len(fake.calls)
    async with running(fake):
        await fake.until(lambda: fake.made("getChatMenuButton")[1:])
    again = [call.method for call in fake.calls[before:] if call.method.startswith("set")]
    assert again == []


async def test_a_command_is_looked_up_and_answered(bench):
    await bench.driver.command("phrase", "dispo")
    assert bench.driver.last == "Found\nphrase is dispo"
    (event,) = bench.core.seen
    assert event == CommandSent(sender=ANA, key=event.key, message=event.message, name="phrase", text="dispo")
    assert bench.core.acked == [event.key]
    assert len(bench.pace.debits) == 1
    assert bench.pace.debits[0] == bench.bot.bucket(ANA) == "telegram:700000001"
    entities = bench.fake.made("sendMessage")[0]["entities"]
    assert [each["type"] for each in entities] == ["bold", "bold", "italic"]


@pytest.mark.parametrize(
    ("typed", "name", "text"),
    [
        ("/start ref_42", "start", "ref_42"),
        ("/phrase@wardwise_bot dispo", "phrase", "dispo"),
        ("/Phrase@WARDWISE_BOT  two\nlines ", "phrase", "two\nlines"),
        ("/phrase\ndispo", "phrase", "dispo"),
    ],
)
async def test_commands_as_people_type_them(bench, typed, name, text):
    await bench.driver.type(typed)
    (event,) = bench.core.seen
    assert (event.name, event.text) == (name, text)


@pytest.mark.parametrize("typed", ["dispo", "/ dispo", "and/or", "/phrase-dispo", "/help@some_other_bot"])
async def test_words_that_are_no_command_of_ours_are_text(bench, typed):
    await bench.driver.type(typed)
    (event,) = bench.core.seen
    assert isinstance(event, TextSent)
    assert event.text == typed


async def test_a_picture_is_text_without_words(bench):
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 9, "height": 9}]
    await bench.fake.say(bench.driver.user, "", photo=photo, caption="this one")
    await bench.driver.settled()
    assert bench.core.seen[0].text == "this one"


async def test_a_press_rewrites_its_message_and_is_answered(bench):
    bench.core.answers["/start"] = CHOICE
    bench.core.answers["place.set"] = replace(say("East it is.", replaces=True), notice="Noted")
    await bench.driver.command("start")
    assert bench.driver.buttons == ["East", "West"]
    await bench.driver.press("East")
    event = bench.core.seen[-1]
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("place.set", "east")
    assert bench.driver.messages == ["East it is."]
    assert bench.driver.buttons == []
    assert list(bench.fake.answered.values()) == ["Noted"]


async def test_the_same_words_again_are_no_fault(bench):
    bench.core.answers["/start"] = CHOICE
    bench.core.answers["place.set"] = replace(CHOICE, replaces=True)
    await bench.driver.command("start")
    await bench.driver.press("East")
    assert bench.driver.messages == ["Where?"]
    assert len(bench.core.acked) == 2


async def test_a_message_that_cannot_be_rewritten_is_sent_anew(bench):
    bench.core.answers["/month"] = replace(CHART, rows=CHOICE.rows)
    await bench.driver.command("month")
    await bench.driver.press("West")
    assert bench.driver.messages == ["This month\n\nFive days of seven.", "You pressed west."]
    assert len(bench.core.acked) == 2


async def test_every_press_is_answered_also_old_and_foreign_ones(bench):
    await bench.driver.command("start")
    message = bench.fake.sent(5001)[0]
    await bench.fake.press(bench.driver.user, message, "gone.long ago", query="an old one")
    await bench.fake.push(
        callback_query={"id": "inline", "from": student(), "chat_instance": "1", "inline_message_id": "7"}
    )
    old = {"message_id": 77, "chat": private(student()), "date": 0}
    await bench.fake.push(
        callback_query={"id": "old", "from": student(), "chat_instance": "1", "data": "place.set x", "message": old}
    )
    await bench.driver.settled()
    asked = [call["callback_query_id"] for call in bench.fake.made("answerCallbackQuery")]
    assert sorted(asked) == ["an old one", "inline", "old"]
    assert [type(event) for event in bench.core.seen] == [CommandSent, ButtonPressed, ButtonPressed]
    # The message of the last one is gone: what it would have become comes as a new one.
    assert bench.driver.messages[-1] == "You pressed x."


async def test_a_stopped_text_comes_back_with_the_press_and_is_erased(bench):
    bench.core.answers["saw Mr. X"] = replace(say("Keep it?", (Button("Drop it", "guard.drop"),)), quotes=True)
    bench.core.answers["guard.drop"] = replace(say("Dropped."), erases=True)
    await bench.driver.type("saw Mr. X")
    theirs = [each for each in bench.fake.messages.values() if not each.mine]
    assert [each.text for each in theirs] == ["saw Mr. X"]
    await bench.driver.press("Drop it")
    assert bench.core.seen[-1].quoted == "saw Mr. X"
    assert [each for each in bench.fake.messages.values() if not each.mine] == []
    assert bench.driver.last == "Dropped."


async def test_the_part_with_the_buttons_is_the_one_that_answers_the_text(bench):
    long = say("One sentence here. " * 300, (Button("Drop it", "guard.drop"),))
    bench.core.answers["saw Mr. X"] = replace(long, quotes=True)
    await bench.driver.type("saw Mr. X")
    assert ["reply_parameters" in call for call in bench.fake.made("sendMessage")] == [False, True]
    await bench.driver.press("Drop it")
    assert bench.core.seen[-1].quoted == "saw Mr. X"


async def test_what_somebody_else_wrote_does_not_come_with_a_press(bench):
    bench.core.answers["/log"] = Reply(cards=CHOICE.cards, rows=CHOICE.rows, private=False)
    ward, ben = group(), student(5002, "Ben")
    await bench.fake.say(bench.driver.user, "/log secret", chat=ward)
    await bench.driver.settled()
    await bench.fake.press(ben, bench.fake.sent(-1001)[0], "place.set east")
    await bench.driver.settled()
    assert bench.core.seen[-1].sender.user == "5002"
    assert bench.core.seen[-1].quoted == ""


async def test_erasing_what_is_gone_is_no_fault(bench):
    bench.core.answers["/log"] = replace(say("Kept."), erases=True)
    bench.fake.fail("deleteMessage", 400, "Bad Request: message can't be deleted")
    await bench.driver.command("log", "x")
    assert bench.driver.last == "Kept."
    assert len(bench.core.acked) == 1


async def test_blocking_and_coming_back(bench):
    await bench.driver.block()
    await bench.driver.unblock()
    assert [type(event) for event in bench.core.seen] == [Gone, Joined]
    assert {event.sender for event in bench.core.seen} == {ANA}
    assert bench.fake.made("sendMessage") == []


async def test_a_file_and_a_chart(bench):
    bench.core.answers["/export"] = FILE
    await bench.driver.command("export")
    assert bench.driver.documents == ["log _ä_.csv"]
    bench.core.answers["/month"] = CHART
    await bench.driver.command("month")
    assert bench.driver.last == "This month\n\nFive days of seven."


async def test_a_form_is_a_fault_of_ours_and_still_says_something(bench):
    bench.core.answers["/log"] = Reply(form=Form("log", "A *line* on today", ()))
    await bench.driver.command("log")
    assert bench.driver.last == "A *line* on today"


async def test_a_button_too_long_costs_only_the_buttons(bench):
    bench.core.answers["/start"] = say("Words.", (Button("x", "a.b", "é" * 40),))
    await bench.driver.command("start")
    assert bench.driver.messages == ["Words."]


async def test_edited_messages_and_bots_are_not_heard(bench):
    edited = {
        "message_id": 3,
        "from": student(),
        "chat": private(student()),
        "date": 1,
        "edit_date": 2,
        "text": "/start",
    }
    await bench.fake.push(edited_message=edited)
    await bench.fake.say({**student(6001, "Bot"), "is_bot": True}, "/start")
    await bench.driver.command("start")
    assert len(bench.core.seen) == 1


# In a group


async def test_a_personal_answer_to_a_group_goes_to_the_asker_alone(bench):
    await bench.fake.say(bench.driver.user, "hello")
    await bench.fake.say(bench.driver.user, "/log@wardwise_bot x", chat=group())
    await bench.driver.settled()
    event = bench.core.seen[-1]
    assert (event.private, event.sender) == (False, ANA)
    assert bench.driver.last == "Found\nlog is x"
    (line,) = bench.fake.sent(-1001)
    assert line.text == "I answered you in a direct message."


async def test_who_never_opened_the_bot_is_told_how(bench):
    await bench.fake.say(bench.driver.user, "/log x", chat=group())
    await bench.driver.settled()
    (line,) = bench.fake.sent(-1001)
    assert "press Start" in line.text
    assert line.buttons[0]["url"].startswith("https://t.me/wardwise_bot")
    assert bench.driver.messages == []


async def test_a_look_up_is_answered_in_the_group(bench):
    bench.core.answers["/phrase"] = replace(say("**dispo**: where next"), private=False)
    await bench.fake.say(bench.driver.user, "/phrase dispo", chat=group())
    await bench.driver.settled()
    (answer,) = bench.fake.sent(-1001)
    assert answer.text == "dispo: where next"
    assert answer.data["reply_to_message"]["text"] == "/phrase dispo"


async def test_a_group_that_has_had_twenty_answers_in_a_minute_gets_none_more(bench):
    """The twenty-first goes to the asker alone, without a line in the group; a minute later the group is answered again."""
    seconds = [100.0]
    bench.bot._calls.spacing = Spacing(lambda: seconds[0])
    bench.core.answers["/phrase"] = replace(say("**dispo**: where next"), private=False)
    await bench.fake.say(bench.driver.user, "hello")
    await bench.driver.settled()
    before = len(bench.driver.messages)
    for _ in range(MOST + 1):
        await bench.fake.say(bench.driver.user, "/phrase dispo", chat=group())
        await bench.driver.settled()
        seconds[0] += 1
    assert len(bench.fake.sent(-1001)) == MOST
    assert bench.driver.messages[before:] == ["dispo: where next"]
    assert len(bench.core.acked) == 1 + MOST + 1
    seconds[0] = 100.0 + WITHIN
    await bench.fake.say(bench.driver.user, "/phrase dispo", chat=group())
    await bench.driver.settled()
    assert len(bench.fake.sent(-1001)) == MOST + 1
    assert len(bench.driver.messages) == before + 1


async def test_one_full_group_leaves_another_alone(bench):
    """What a group takes is its own: next door the answer is for all."""
    bench.bot._calls.spacing = Spacing(lambda: 100.0)
    for _ in range(MOST):
        bench.bot._calls.spacing.wrote("-1001", group=True)
    bench.core.answers["/phrase"] = replace(say("**dispo**: where next"), private=False)
    await bench.fake.say(bench.driver.user, "/phrase dispo", chat=group(-1002))
    await bench.driver.settled()
    assert len(bench.fake.sent(-1002)) == 1


async def test_a_personal_press_in_a_group_is_answered_aside(bench):
    bench.core.answers["/phrase"] = Reply(cards=CHOICE.cards, rows=CHOICE.rows, private=False)
    await bench.fake.say(bench.driver.user, "hello")
    await bench.fake.say(bench.driver.user, "/phrase dispo", chat=group())
    await bench.driver.settled()
    await bench.fake.press(bench.driver.user, bench.fake.sent(-1001)[0], "place.set east")
    await bench.driver.settled()
    assert bench.driver.last == "You pressed east."
    assert list(bench.fake.answered.values()) == ["I answered you in a direct message."]
    assert len(bench.fake.sent(-1001)) == 1


async def test_a_group_s_own_talk_is_not_for_us(bench):
    for text in ("dispo", "/phrase@other_bot dispo"):
        await bench.fake.say(bench.driver.user, text, chat=group())
    await bench.driver.settled()
    assert bench.core.seen == []
    assert bench.fake.sent(-1001) == []


async def test_a_group_that_became_another_gets_its_answer_there(bench):
    bench.core.answers["/phrase"] = replace(say("dispo"), private=False)
    bench.fake.groups.add(-2002)
    bench.fake.moved[-1001] = -2002
    await bench.fake.say(bench.driver.user, "/phrase dispo", chat=group())
    await bench.driver.settled()
    assert [message.text for message in bench.fake.sent(-2002)] == ["dispo"]


async def test_a_form_s_questions_are_filled_by_press_and_by_word(bench):
    bench.core.answers["/log"] = CHOICE
    bench.core.answers["place.set"] = say("What was it?", (Button("Skip", "interview.skip"),))
    bench.core.answers["a tap"] = say("Kept.", (Link("See", "https://example.org/x"),))
    await bench.driver.command("log")
    await bench.driver.fill({"place": "east", "what": "a tap"})
    assert bench.driver.last == "Kept."
    assert bench.driver.buttons == ["See"]


async def test_every_call_is_as_the_bot_api_describes_it(bench):
    """Each test here is judged so at its end; this one also tells where the judge has nothing to go by."""
    bench.core.answers["/start"] = Reply(cards=(*CHART.cards, *CHOICE.cards), files=FILE.files, rows=CHOICE.rows)
    await bench.driver.command("start")
    await bench.driver.press("East")
    assert len({call.method for call in bench.fake.calls}) >= 12
    assert judged(bench.fake.calls) == []


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"chat_id": 1}),
        ("sendMessage", {"chat_id": 1, "text": 5}),
        ("sendMessage", {"chat_id": 1, "text": "x", "nonsense": 1}),
        ("sendMessage", {"chat_id": 1, "text": "x" * 4097}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [{"text": "x"}]}}),
        (
            "sendMessage",
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]},
            },
        ),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        ("setMyCommands", {"commands": [{"command": "x", "description": ""}]}),
        ("getUpdates", {"limit": 101}),
        ("getMe", {"x": 1}),
    ],
)
def test_the_judge_sees_faults(method, params):
    assert judged([Call(method, params)])
