"""An echo on python-telegram-bot as its manual begins: the library's own transport and its own web server."""

from telegram.ext import ApplicationBuilder

from benchmarks.peers.chats import TOKEN
from benchmarks.peers.telegram_answer import answering, arguments


def main() -> None:
    """Serve until the process is ended."""
    port, api, message = arguments()
    application = ApplicationBuilder().token(TOKEN).base_url(f"{api}/bot").build()
    answering(application, message)
    application.run_webhook(
        listen="127.0.0.1", port=port, url_path="hook", webhook_url=f"http://127.0.0.1:{port}/hook", secret_token="s"
    )


if __name__ == "__main__":
    main()
