"""What a conversation is (declared steps) and how a person moves through it."""

from handlers.dialogue.declaring import END, STAY, Dialogue, Step
from handlers.dialogue.moving import answered, ask_again, begin

__all__ = ["END", "STAY", "Dialogue", "Step", "answered", "ask_again", "begin"]
