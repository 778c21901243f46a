"""Telegram: the Bot API spoken through python-telegram-bot's client, over a transport of our own."""
