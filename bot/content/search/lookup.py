"""Questions and answers as lines of JSON, so that other programs may ask what the commands answer."""

import json
import re
from typing import Any, get_args

from bot.content.fields import Item
from bot.content.items import Faq, Phrase, Plain, Script
from bot.content.search.index import Answer, Index, Kind

_LISTS = {
    "joint_commission": "the Joint Commission's do-not-use list",
    "ismp": "a safety list (ISMP)",
    "local": "a list",
}
_LINKED = re.compile(r"\[([^\[\]]+)\]\([^()\s]*\)")
_MARKS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|`")
_GAP = re.compile(r"\s+")


def answer_line(index: Index, line: str) -> str:
    """Return the answer to one line: a JSON string, or an object with `q` and, unless a phrase is meant, `kind`."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return _told({"error": "not a line of JSON"})
    given = asked if isinstance(asked, dict) else {"q": asked}
    asked, kind = given.get("q"), given.get("kind", "phrase")
    if not isinstance(asked, str):
        return _told({"error": "neither a string nor an object with a string `q`"})
    if kind not in get_args(Kind):
        return _told({"error": f"`kind` must be one of {', '.join(get_args(Kind))}"})
    return _told({"q": asked, "answers": _answers(index.find(asked, kind))})


def _answers(answer: Answer) -> list[dict[str, Any]]:
    confident = answer.outcome == "answer"
    return [{"term": _term(item), "text": in_words(item), "confident": confident} for item in answer.items]


def _term(item: Item) -> str:
    return item.q if isinstance(item, Faq) else item.term if isinstance(item, Phrase | Plain) else item.title


def in_words(item: Item) -> str:
    """Return what *item* tells, in words without markup."""
    match item:
        case Phrase():
            return _bare(_meanings(item))
        case Script():
            return _bare(item.say or item.body or item.short)
        case Plain():
            return _bare(f"{item.plain}. {item.say}")
        case Faq():
            return _bare(item.short)
    return item.title


def _meanings(item: Phrase) -> str:
    parts = [f"{item.expansion}." if item.expansion else "", item.meaning]
    parts += [f"{number}. {sense.meaning.rstrip('.')}." for number, sense in enumerate(item.senses, 1)]
    warnings = [item.do_not_use, *(sense.do_not_use for sense in item.senses)]
    told = {one.list: one for one in reversed(warnings) if one is not None}
    parts += [
        f"Do not write it: it is on {_LISTS[one.list]}. Write: {one.instead.rstrip('.')}." for one in told.values()
    ]
    return " ".join(part for part in parts if part)


def _bare(text: str) -> str:
    return _GAP.sub(" ", _MARKS.sub("", _LINKED.sub(r"\1", text))).strip()


def _told(answer: dict[str, Any]) -> str:
    return json.dumps(answer)  # only ASCII: half of a surrogate pair in the question must not break the line
