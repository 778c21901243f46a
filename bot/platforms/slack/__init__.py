"""Slack: slash commands, direct messages, buttons and modals, by Socket Mode or HTTP."""
