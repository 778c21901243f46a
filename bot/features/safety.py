"""Safety first: fixed cards for a danger to the student, to a patient, or from a needle; and no advice on doses."""

from bot.core.context import Context
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, say

feature = Feature("safety")


@feature.action("card")
async def card(ctx: Context, danger: str) -> Reply:
    """Return the card for *danger*; nothing of what was typed is kept."""
    if danger == "self_harm":
        return _self_harm(in_us=_in_us(ctx))
    if danger == "needlestick":
        return say(
            "1. Wash the place now with soap and water. Eyes or mouth: rinse with water for some minutes.\n"
            "2. Tell the nearest nurse or your resident now, out loud. It is not a mistake to report, it is the rule.\n"
            "3. Go to occupational health, or to the emergency department outside office hours, right away: some "
            "protection works only when it starts within hours.\n"
            "4. Your school's and the hospital's exposure numbers come next.",
            (Button("First-minutes list", "checklist.show", "chk-needlestick-first-minutes"),),
            title="Needlestick or splash: do this now",
            footer="This is not kept. Follow your hospital's exposure policy.",
        )
    if danger == "patient_danger":
        return say(
            "1. Call for help out loud, or press the emergency button in the room.\n"
            "2. Anybody may call the rapid response or code team. Dial your hospital's emergency number.\n"
            "3. Stay with the patient until a nurse or doctor is there. Tell the senior: “I'm worried about this "
            "patient, please come now.”\n\n"
            "Outside a hospital in the US, call 911.",
            title="A patient in danger: get people, now",
            footer="I can't help with care. The team beside you can.",
        )
    return say(
        "I don't answer questions about doses or treatment: a wrong word from me could reach a patient. Ask your "
        "resident or the pharmacist, or open the reference your hospital uses.\n\n"
        "Words to ask with: “What do we usually start with here, and where would you look it up?”",
        title="That one is for your team",
    )


def _self_harm(*, in_us: bool) -> Reply:
    where = (
        "**Call or text 988** now: the Suicide and Crisis Lifeline, free, day and night, anywhere in the US. "
        "In danger right now: call 911."
        if in_us
        else "**Call your local emergency number or crisis line** now; in the US it is 988, by call or text. "
        "findahelpline.com lists lines by country."
    )
    return say(
        f"I'm glad you wrote it. I'm a program and can't keep you safe, but people can.\n\n{where}\n\n"
        "If you can, say it to one person near you: a friend, a resident you trust, your school's student health. "
        "“I'm not safe right now. Can you stay with me?” is enough.\n\n"
        "Doctors and students get help for this and go on to practice.",
        title="Please talk to somebody now",
        footer="What you wrote is not kept.",
    )


def _in_us(ctx: Context) -> bool:
    zone = ctx.student.zone_at(ctx.now)
    return zone.startswith(("America/", "US/", "Pacific/Honolulu"))
