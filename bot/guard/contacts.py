"""Find the addresses by which a person or a machine can be reached: e-mail, web and network addresses, handles."""

from collections.abc import Iterator
from ipaddress import ip_address

from bot.guard.patterns import Pattern
from bot.guard.verdict import Finding

_EMAIL = Pattern(r"(?<![\w.+-])[\w.+-]++ ?@ ?(?:[A-Za-z0-9-]++\.)++[A-Za-z]{2,}+")
_MAILBOX = Pattern(r"(?i)(?<![\w.+-])[\w.+-]++@(?:gmail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|aol|qq|163)\b")
_SPOKEN_EMAIL = Pattern(
    r"(?i)(?<![\w.+-])[\w.+-]{1,64}+ ?(?:[(\[{] ?at ?[)\]}]|\bat\b"
    r"|@) ?[\w-]{1,64}+ ?(?:[(\[{] ?dot ?[)\]}]|\bdot\b) ?"
    r"(?:com|org|net|edu|gov|io|co)\b|(?<![\w.+-])[\w.+-]{1,64}+ ?[(\[{] ?at ?[)\]}] ?[\w-]{1,64}+\.[a-z]{2,12}\b"
)
_BRACKETED_AT = Pattern(r"(?i)[(\[{] ?at ?[)\]}]")
_URL = Pattern(
    r"(?i)\b(?:https?|ftp|hxxps?)\s?:/?/?[^\s<>\"]++|\bwww\d?\.[^\s<>\"]++"
    r"|(?<![\w.@-])(?:[a-z0-9-]++\.)++(?:com|org|net|edu|gov|int|io|info|biz|app|dev|health|care|online"
    r"|site)\b(?:[/:?][^\s<>\"]*+)?"
    r"|(?<![\w.@-])(?:[a-z0-9-]++\.)++(?:ly|me|gl|be|us|uk|ca|in|de|fr|es|mx|pk|ng|eu|au|cc|to|link)/[^\s<>\"]++"
    r"|(?<![\w.@-])(?:[a-z0-9-]++\.)++(?:co|ac|com|org|net|gov)\.[a-z]{2}\b(?:/[^\s<>\"]*+)?"
)
_HANDLE = Pattern(
    r"(?i)\b(?:instagram|insta|ig|twitter|tiktok|snap(?:chat)?|facebook|fb|telegram|tg|whatsapp|venmo"
    r"|cashapp|linkedin|handle"
    r"|username|user ?name|user ?id|login)\b(?: ?(?:is|handle|name|id|user"
    r"|account)\b){0,2}[ :=]{0,3}(@?[\w.]*[\w]|/[\w./]+)"
)
_IPV4 = Pattern(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)")
_COLONS = Pattern(r"(?<![\w:])[0-9A-Fa-f:]{3,45}+(?![\w:])")
_HARDWARE = Pattern(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")


def contacts(text: str, /) -> Iterator[Finding]:
    """Find e-mail, web, network and hardware addresses, and handles after the name of a service."""
    yield from _emails(text)
    if "." in text or ":" in text:
        yield from _each("url", _URL, text)
        yield from _addresses(text)
    if "-" in text or ":" in text:
        yield from _each("serial", _HARDWARE, text)
    for match in _HANDLE.finditer(text):
        value = match[1]
        if value[0] in "@/" or any(char in value for char in "_.0123456789"):
            yield Finding("url", *match.span(1), "block")


def _emails(text: str) -> Iterator[Finding]:
    if "@" in text:
        yield from _each("email", _EMAIL, text)
        yield from _each("email", _MAILBOX, text)
    if "dot" in text.lower() or _BRACKETED_AT.search(text):
        yield from _each("email", _SPOKEN_EMAIL, text)


def _addresses(text: str) -> Iterator[Finding]:
    for match in _IPV4.finditer(text):
        if all(int(octet) < 256 for octet in match[0].split(".")):
            yield Finding("ip", *match.span(), "block")
    for match in _COLONS.finditer(text) if ":" in text else ():
        if match[0].count(":") >= 2 and _is_address(match[0]):
            yield Finding("ip", *match.span(), "block")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return len(text) > 3


def _each(kind: str, pattern: Pattern, text: str) -> Iterator[Finding]:
    return (Finding(kind, *match.span(), "block") for match in pattern.finditer(text))
