"""What Telegram allows, every figure in one place. Source: core.telegram.org/bots/api and /bots/faq, Bot API 9."""

from __future__ import annotations

#: UTF-16 code units of a message's text, after its HTML is read (sendMessage).
TEXT = 4096
#: The same for the text under a document (sendDocument).
CAPTION = 1024
#: Bytes of `callback_data` (InlineKeyboardButton).
DATA = 64
#: Buttons in a row and under a message.
ROW = 8
BUTTONS = 100
#: Bytes of a file that a bot can get from the public server (getFile); one's own server knows no limit.
DOWNLOAD = 20 << 20
#: Bytes of a file that a bot can send through the public server, and through one's own.
UPLOAD = 50_000_000
OWN_UPLOAD = 2_000_000_000
#: Bytes of a picture that is shown in the chat (sendPhoto); a larger one goes as a file.
PHOTO = 10 << 20
#: Updates of one getUpdates.
UPDATES = 100
#: Seconds between two messages to one group, so that there are never more than 20 in a minute.
GROUP_PAUSE = 3.0
#: Commands in one list, characters of a command's name and of its description (setMyCommands).
COMMANDS = 100
COMMAND = 32
DESCRIPTION = 256
#: Bytes of an update in a webhook call that are read at most (our own bound).
WEBHOOK = 1 << 20
