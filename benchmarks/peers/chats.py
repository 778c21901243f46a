"""The bot that everybody is, and the first of the chats it writes to."""

TOKEN = "700000001:AAtoken-of-a-benchmark_0123456789"
FIRST_CHAT = 10_000
