"""placeholder until the adapter lands"""

from bot.channels.web import WebChannel as TelegramChannel  # noqa: F401
