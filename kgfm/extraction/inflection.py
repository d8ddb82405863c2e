"""Verb forms that the rules need."""

from typing import Final

_IRREGULAR: Final = {
    "write": "written", "make": "made", "build": "built", "give": "given", "take": "taken", "hold": "held",
    "buy": "bought", "sell": "sold", "win": "won", "lead": "led", "set": "set", "begin": "begun",
    "bear": "born", "find": "found", "know": "known", "send": "sent", "bring": "brought",
    "teach": "taught", "draw": "drawn",
    "choose": "chosen", "shoot": "shot", "sing": "sung", "bury": "buried", "grow": "grown", "keep": "kept",
}  # fmt: skip


def participle(phrase: str) -> str:
    """Return the past participle of a verb, particle kept: "found" -> "founded", "set up" -> "set up"."""
    verb, _, particle = phrase.partition(" ")
    done = _IRREGULAR.get(verb)
    if done is None:
        if verb.endswith("e"):
            done = verb + "d"
        elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
            done = verb[:-1] + "ied"
        else:
            done = verb + "ed"
    return f"{done} {particle}".strip()
