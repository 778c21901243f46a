"""What both echoes on Telegram do with a command: answer it with a text and buttons that were made beforehand."""

import json
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardMarkup, MessageEntity, Update
from telegram.ext import Application, CommandHandler


def arguments() -> tuple[int, str, dict[str, Any]]:
    """Return the port to listen on, the address of the API, and the message to answer with."""
    port, api, path = sys.argv[1:]
    return int(port), api, json.loads(Path(path).read_text())


def answering(application: Application[Any, Any, Any, Any, Any, Any], message: dict[str, Any]) -> None:
    """Have *application* answer `/phrase` with *message*, whose parts are made once: an echo has no more to do."""
    entities = tuple(MessageEntity(**each) for each in message.get("entities", ()))
    keyboard = InlineKeyboardMarkup.de_json(message["reply_markup"], None)
    text = message["text"]

    async def echo(update: Update, _: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(text, entities=entities, reply_markup=keyboard)

    application.add_handler(CommandHandler("phrase", echo))
