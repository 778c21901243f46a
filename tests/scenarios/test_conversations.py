"""The conversations a student has, turn by turn, on Telegram, Slack, the page and the terminal."""

from tests.scenarios.stage import Stage

FOCUS = "be more concise, lead with assessment"


async def test_the_first_minute(stage: Stage):
    """From /start to the first useful card in at most five taps; what it is, what it keeps and how to leave come first."""
    mark = len(stage.chat.messages)
    await stage.set_up()
    said = stage.since(mark)
    assert "I'm Wardwise" in said
    assert "never want patient details" in said
    assert "not yet reviewed by a clinician" in said
    assert "Surgery, Nov 30 to Dec 27, hands-on." in said
    assert "Tips come at 5:15 am (CST), before a 6:00 am start" in said
    assert "Days off: Sunday" in said
    assert "Try it:" in said
    assert "What comes next" in stage.chat.buttons


async def test_typed_answers_work_wherever_a_button_does(stage: Stage):
    """Both dates at once, the place in a word; a date that could be two asks which month."""
    if stage.modals:
        return
    await stage.chat.command("start")
    for text in ("chicago", "surgery"):
        await stage.chat.type(text)
    await stage.chat.type("11/12")
    assert "November 12 or December 11" in stage.chat.last
    assert {"Nov 12", "Dec 11"} <= set(stage.chat.buttons)
    await stage.chat.type("30/11 to 27/12")
    await stage.chat.press("Observing")
    assert "Surgery, Nov 30 to Dec 27, observing." in "\n".join(stage.chat.messages[-2:])


async def test_leaving_half_way_keeps_the_answers(stage: Stage):
    """A look-up in between is a look-up, and /start goes on from there."""
    if stage.modals:
        return
    await stage.chat.command("start")
    await stage.chat.press("Central")
    await stage.chat.command("phrase", "dispo")
    assert "dispo" in stage.chat.last
    await stage.chat.command("start")
    assert "Which specialty?" in stage.chat.last


async def test_a_morning(stage: Stage):
    """The tip comes before the shift; who says they'll do it is asked once in the evening."""
    await stage.set_up()
    mark = len(stage.chat.messages)
    await stage.until("2026-12-01 05:14")
    day_one = stage.since(mark)
    assert "Day one." in day_one
    mark = len(stage.chat.messages)
    await stage.until("2026-12-01 05:16")
    tip = stage.since(mark)
    assert "Today:" in tip
    assert len(tip) < 900
    await stage.chat.press("I'll do it")
    assert "I'll ask once, about 6:45 pm" in stage.chat.last
    mark = len(stage.chat.messages)
    await stage.until("2026-12-01 18:44")
    assert stage.since(mark) == ""
    await stage.until("2026-12-01 18:46")
    assert "How did it go?" in stage.since(mark)
    await stage.chat.press("Did it")
    mark = len(stage.chat.messages)
    await stage.until("2026-12-01 23:00")
    assert stage.since(mark) == ""


async def test_on_rounds_one_hand_four_seconds(stage: Stage):
    """A bare word is a look-up; spacing and slips are understood; an unknown abbreviation is never guessed."""
    await stage.chat.type("dispo")
    assert "where the patient goes from here" in stage.chat.last
    await stage.chat.command("phrase", "MS")
    for meaning in ("multiple sclerosis", "mitral stenosis", "mental status", "musculoskeletal"):
        assert meaning in stage.chat.last.lower()
    assert "do-not-use" in stage.chat.last.lower() or "never write" in stage.chat.last.lower()
    await stage.chat.command("phrase", "curb side d")
    assert "curbside" in stage.chat.last.lower()
    await stage.chat.command("phrase", "QOF")
    assert "I don't have" in stage.chat.last
    assert "QOF" in stage.chat.last


async def test_the_middle_of_the_rotation(stage: Stage):
    """Plan an ask, get the words ten minutes before, say what was said, make a plan, show the change."""
    await stage.set_up()
    mark = len(stage.chat.messages)
    await stage.until("2026-12-10 05:16")
    assert "You're halfway on Sat, Dec 12." in stage.since(mark)

    await stage.chat.press("Attending")
    assert {"Fri after rounds", "Sat after rounds"} <= set(stage.chat.buttons)
    await stage.chat.press("Fri after rounds")
    await stage.chat.press("On the ward")
    assert "Tomorrow about 11:00 am, on the ward; I'll hand you the words ten minutes before." in stage.chat.last

    mark = len(stage.chat.messages)
    await stage.until("2026-12-11 10:49")
    assert "Now, with your attending" not in stage.since(mark)
    await stage.until("2026-12-11 10:51")
    assert "Now, with your attending" in stage.since(mark)
    assert "{" not in stage.since(mark)

    mark = len(stage.chat.messages)
    await stage.until("2026-12-11 18:46")
    assert "Did you and your attending get to talk?" in stage.since(mark)
    await stage.chat.press("Yes, we talked")
    await stage.fill({"strength": "my presentations are organized", "focus": FOCUS})
    assert "When I present, I will open with the assessment" in "\n".join(stage.chat.messages[-2:])
    await stage.chat.press("Take 1")
    assert "Your plan: When I present, I will open with the assessment." in "\n".join(stage.chat.messages[-2:])

    mark = len(stage.chat.messages)
    await stage.until("2026-12-15 05:16")
    assert f"Your focus today: {FOCUS}" in stage.since(mark)
    await stage.chat.press("I tried it")

    mark = len(stage.chat.messages)
    await stage.until("2026-12-19 05:16")
    assert "Only your attending can say." in stage.since(mark)
    await stage.chat.press("It looks better")
    mark = len(stage.chat.messages)
    await stage.until("2026-12-23 12:00")
    assert "halfway" not in stage.since(mark)


async def test_tomorrow_three_times_then_one_neutral_line_and_silence(stage: Stage):
    """'Tomorrow' moves the ask one working day, at most three times."""
    await stage.set_up()
    await stage.until("2026-12-10 05:16")
    await stage.chat.press("Attending")
    await stage.chat.press("Fri after rounds")
    await stage.chat.press("On the ward")
    for day in ("2026-12-11", "2026-12-12", "2026-12-14"):
        await stage.until(f"{day} 18:46")
        await stage.chat.press("Tomorrow")
        assert "The words come ten minutes before" in stage.chat.last
    await stage.until("2026-12-15 18:46")
    await stage.chat.press("Tomorrow")
    assert "I'll leave it there" in stage.chat.last
    mark = len(stage.chat.messages)
    await stage.until("2026-12-18 20:00")
    assert "get to talk" not in stage.since(mark)


async def test_something_that_must_not_be_stored(stage: Stage):
    """A name makes the guard ask; only the version without it is kept, and the text stands in no table."""
    await stage.set_up()
    await stage.chat.command("log", "Mr. Alvarez, 68M with cirrhosis, did the paracentesis")
    assert "I didn't keep that yet" in stage.chat.last
    assert "Alvarez" not in await stage.stored()
    await stage.choose("Keep this version", "keep")
    stored = await stage.stored()
    assert "68M with cirrhosis, did the paracentesis" in stored
    assert "Alvarez" not in stored

    await stage.chat.command("log", "68M cirrhosis MRN 4471822, did the paracentesis")
    assert "record number" in stage.chat.last
    assert "Not a patient" not in stage.chat.buttons
    await stage.choose("Drop it", "drop")
    assert "4471822" not in await stage.stored()


async def test_nights_days_off_leaving(stage: Stage):
    """Nights move the messages, /stop ends them at once, /forget erases everything with a receipt."""
    await stage.set_up()
    await stage.until("2026-12-02 12:00")
    await stage.chat.command("settings")
    await stage.chat.press("Shift")
    await stage.chat.press("Nights this week")
    assert "Tips come at 6:00 pm, an hour before you start; nothing between 8:00 am and 4:00 pm." in stage.chat.last
    await stage.chat.press("Undo")
    assert "Tips come at 5:15 am" in stage.chat.last

    await stage.chat.command("pause")
    await stage.chat.press("A week")
    mark = len(stage.chat.messages)
    await stage.until("2026-12-08 12:00")
    assert stage.since(mark) == ""
    await stage.chat.command("stop")
    assert "Stopped: nothing will be sent" in stage.chat.last
    mark = len(stage.chat.messages)
    await stage.until("2026-12-11 12:00")
    assert stage.since(mark) == ""

    await stage.chat.command("forget")
    assert "It can't be undone" in stage.chat.last
    await stage.chat.press("Erase all")
    assert "Receipt F-" in stage.chat.last
    assert "surgery" not in await stage.stored()


async def test_why_did_i_get_this(stage: Stage):
    """/why names the rule behind the last push; /next lists what comes in local time."""
    await stage.set_up()
    await stage.until("2026-12-05 19:00")
    await stage.chat.command("why")
    assert "Sat, Dec 5, 6:45 pm: “one question before week two”" in stage.chat.last
    await stage.until("2026-12-09 05:16")
    await stage.chat.command("why")
    assert "Wed, Dec 9, 5:15 am" in stage.chat.last
    assert "not seen before; tip-" in stage.chat.last
    assert "working day 9 of 24" in stage.chat.last
    await stage.chat.command("next")
    assert "Thu, Dec 10 5:15 am announce your midpoint ask" in stage.chat.last
    assert "Dec 13" not in stage.chat.last  # a Sunday


async def test_when_things_go_wrong(stage: Stage):
    """Unknown words get something to do next; a danger gets its card before any look-up."""
    await stage.chat.type("flibbertigibbet wombat")
    assert "I don't have" in stage.chat.last
    await stage.chat.type("I want to kill myself")
    assert "988" in stage.chat.last
    await stage.chat.type("I got stuck with a needle")
    assert "Wash the place now" in stage.chat.last
    await stage.chat.type("how much furosemide should I give")
    assert "don't answer questions about doses" in stage.chat.last
