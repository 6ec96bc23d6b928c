"""Telegram: the rich channel, for development, demos and users abroad. Facts: https://core.telegram.org/bots/api."""
