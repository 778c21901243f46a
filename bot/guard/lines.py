"""Answer one line of `guard --jsonl`: the verdict on a text, never the text."""

import hashlib
import json

from bot.guard.check import check


def answer_line(line: str) -> str:
    """Return the answer to *line*: the text's hash, its verdict and kinds, or an error without a word of it."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return _error("not a line of JSON")
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        return _error('expected {"text": "..."}')
    text: str = asked["text"]
    verdict = check(text)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return json.dumps({"text_sha256": digest, "verdict": verdict.level, "kinds": list(verdict.kinds)})


def _error(why: str) -> str:
    return json.dumps({"error": why})
