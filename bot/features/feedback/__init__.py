"""/feedback: plan an ask (who, when, where), the words at that minute, what was said, a plan, and showing the change."""

from bot.features.feedback import asking, capture, planning
from bot.features.feedback.loop import feature

__all__ = ["asking", "capture", "feature", "planning"]
