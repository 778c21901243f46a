"""One line of `guard --jsonl` in, one out."""

import hashlib
import json

import pytest

from bot.guard.lines import answer_line


def test_a_line_is_answered_with_hash_verdict_and_kinds() -> None:
    """The text itself is not in the answer."""
    text = "Mr. Alvarez, MRN 4471822"
    answer = answer_line(json.dumps({"text": text}))
    assert json.loads(answer) == {
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "verdict": "block",
        "kinds": ["name", "record_number"],
    }
    assert "Alvarez" not in answer


def test_a_clean_text_has_no_kinds() -> None:
    """A pass is a pass with an empty list."""
    answer = json.loads(answer_line('{"text": "exam Friday"}'))
    assert (answer["verdict"], answer["kinds"]) == ("pass", [])


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Mr. Alvarez",
        "{",
        '["Alvarez"]',
        '{"text": 4471822}',
        '{"note": "Alvarez"}',
        "null",
        "[" * 100_000,
        '{"text": "Alvarez"',
        "\ud800",
    ],
)
def test_a_malformed_line_is_refused_without_an_echo(line: str) -> None:
    """The error names what was expected and repeats nothing of the line."""
    answer = json.loads(answer_line(line))
    assert set(answer) == {"error"}
    assert "Alvarez" not in answer["error"]
    assert "4471822" not in answer["error"]


def test_a_lone_surrogate_is_hashed_too() -> None:
    """Half an emoji from a broken client is no reason to fail."""
    assert json.loads(answer_line('{"text": "ok \\ud83d"}'))["verdict"] == "pass"
