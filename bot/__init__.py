"""Wardwise, a coach for US clinical rotations in Telegram and Slack."""
