"""/tip and the tip of the morning: one act for today, one tap to answer, one question in the evening."""

from bot.features.tip import check, morning, taps
from bot.features.tip.card import feature

__all__ = ["check", "feature", "morning", "taps"]
