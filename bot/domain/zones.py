"""Local times as instants: daylight saving, missing dates, and names of places."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

#: What people call the zones and what the largest teaching cities keep; the database's own names are found besides.
PLACES = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "arizona": "America/Phoenix",
    "est": "America/New_York",
    "edt": "America/New_York",
    "et": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "ct": "America/Chicago",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "mt": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "nyc": "America/New_York",
    "brooklyn": "America/New_York",
    "boston": "America/New_York",
    "philadelphia": "America/New_York",
    "pittsburgh": "America/New_York",
    "baltimore": "America/New_York",
    "washington dc": "America/New_York",
    "atlanta": "America/New_York",
    "miami": "America/New_York",
    "orlando": "America/New_York",
    "tampa": "America/New_York",
    "cleveland": "America/New_York",
    "columbus": "America/New_York",
    "newark": "America/New_York",
    "buffalo": "America/New_York",
    "houston": "America/Chicago",
    "dallas": "America/Chicago",
    "san antonio": "America/Chicago",
    "austin": "America/Chicago",
    "new orleans": "America/Chicago",
    "st louis": "America/Chicago",
    "saint louis": "America/Chicago",
    "minneapolis": "America/Chicago",
    "milwaukee": "America/Chicago",
    "memphis": "America/Chicago",
    "nashville": "America/Chicago",
    "salt lake city": "America/Denver",
    "albuquerque": "America/Denver",
    "las vegas": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "portland": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "san diego": "America/Los_Angeles",
    "sacramento": "America/Los_Angeles",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "india": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "chennai": "Asia/Kolkata",
    "hyderabad": "Asia/Kolkata",
    "lahore": "Asia/Karachi",
    "islamabad": "Asia/Karachi",
    "pakistan": "Asia/Karachi",
    "nigeria": "Africa/Lagos",
    "abuja": "Africa/Lagos",
    "egypt": "Africa/Cairo",
    "nepal": "Asia/Kathmandu",
    "grenada": "America/Grenada",
    "kyiv": "Europe/Kyiv",
    "tbilisi": "Asia/Tbilisi",
    "rio": "America/Sao_Paulo",
    "brazil": "America/Sao_Paulo",
    "lima": "America/Lima",
    "peru": "America/Lima",
    "colombia": "America/Bogota",
    "uk": "Europe/London",
    "germany": "Europe/Berlin",
    "china": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "philippines": "Asia/Manila",
    "jordan": "Asia/Amman",
    "lebanon": "Asia/Beirut",
    "iran": "Asia/Tehran",
    "iraq": "Asia/Baghdad",
    "sudan": "Africa/Khartoum",
    "bangladesh": "Asia/Dhaka",
    "sri lanka": "Asia/Colombo",
    "israel": "Asia/Jerusalem",
    "tel aviv": "Asia/Jerusalem",
    "turkey": "Europe/Istanbul",
}


@cache
def _known() -> dict[str, str]:
    """Return every name a place is found by, in lower case, with its IANA zone."""
    cities = {
        name.rsplit("/", 1)[-1].replace("_", " ").lower(): name for name in sorted(available_timezones()) if "/" in name
    }
    whole = {name.lower(): name for name in available_timezones()}
    return cities | whole | PLACES


def find(text: str) -> str | None:
    """Return the IANA zone of the place, zone or abbreviation that *text* names, or None."""
    wanted = " ".join(text.replace(",", " ").replace(".", "").lower().split())
    known = _known()
    if wanted in known:
        return known[wanted]
    words = wanted.split()
    for size in range(len(words) - 1, 0, -1):
        for first in range(len(words) - size + 1):
            name = " ".join(words[first : first + size])
            if len(name) > 3 and name in known:
                return known[name]
    return None


def exists(zone: str, day: date) -> bool:
    """Whether the local date *day* happened in *zone*: crossing the date line skips one."""
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(zone))
    return noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() == day


@lru_cache(maxsize=8192)  # thousands share a zone, a day and a time
def instant(zone: str, day: date, at: time) -> datetime | None:
    """Return when the clock in *zone* shows *at* on *day*, in UTC.

    A time that the spring change skips comes as much later; one that autumn repeats is the first of the two.
    None where *zone* never had that date.
    """
    if not exists(zone, day):
        return None
    return datetime.combine(day, at.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_instant(zone: str, at: time, after: datetime) -> datetime:
    """Return the first instant strictly after *after* at which the clock in *zone* shows *at*, in UTC."""
    day = after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while True:
        found = instant(zone, day, at)
        if found is not None and found > after:
            return found
        day += timedelta(days=1)
