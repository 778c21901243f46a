"""/settings: zone, hours, days off, shifts, quiet hours, and how often."""

from bot.features.settings import days, pace, place, shifts, times
from bot.features.settings.panel import feature

__all__ = ["days", "feature", "pace", "place", "shifts", "times"]
