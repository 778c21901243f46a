"""Lines that several features say."""

from bot.content.fields import Item

UNREVIEWED = (
    "Written by the project for students, not yet reviewed by a clinician. Rules differ: check with your program."
)
RULES_DIFFER = "Rules differ: check with your program."


def notice(item: Item) -> str:
    """Return what an item says of its own certainty: that sites differ, that it changes by the year, or nothing."""
    match item.verify:
        case "program":
            return RULES_DIFFER
        case "annual":
            return f"Looked up in {item.reviewed:%B %Y}; such things change every year. Check with your program."
    return ""
