"""Lines that several features say."""

UNREVIEWED = (
    "Written by the project for students, not yet reviewed by a clinician. Rules differ: check with your program."
)
RULES_DIFFER = "Rules differ: check with your program."
