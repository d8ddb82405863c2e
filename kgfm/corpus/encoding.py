"""Bytes to text: which encoding a file is in, and when it is no text at all."""

import re
from typing import Final

from kgfm.errors import EncodingError

_BYTE_ORDER_MARKS: Final = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SIGNATURES: Final = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive (as .docx, .xlsx, .epub and .odt files are)"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office file"),
)
# What no text holds: C0 control characters other than white space, backspace and escape.
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\b\t\n\v\f\r\x1b") + b"\x7f"
_MOST_CONTROLS: Final = 0.1  # of the bytes of valid UTF-8
_MOST_CONTROLS_LEGACY: Final = 0.02  # of any other bytes; random ones have a tenth
_MOST_DAMAGE: Final = 0.05  # undecodable bytes per non-ASCII byte in what still counts as UTF-8
_SAMPLE: Final = 65_536  # bytes that are looked at to guess a legacy encoding
_MOST_ACCENTED: Final = 0.25  # of the letters of a text in a Western European language
_ODD_IN_WORDS: Final = re.compile(
    # A symbol between letters, or a capital after a small letter: the wrong code page.
    r"(?<=[^\W\d_])(?:[^\x00-\x7f\w\s’‘·–—…\xad]|[¹²³])(?=[^\W\d_])|(?<=[a-zà-ÿ])[À-ÖØ-ÞŠŽŸŒƒ](?=[a-z]|\b)"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def decode(data: bytes, place: str) -> tuple[str, tuple[str, ...]]:
    """Return the text that `data` spells, and notes on how it was read where that was not plain UTF-8.

    A byte order mark is dropped; line ends stay as they are. Raises EncodingError, which names
    `place`, for bytes that are no text.
    """
    encoding, mark = detect_encoding(data, place)
    text = data[mark:].decode(encoding, errors="replace")
    notes = [] if encoding == "utf-8" else [f"read as {encoding}"]
    if damaged := _replaced(data, text, encoding):
        notes.append(f"{damaged} unreadable characters replaced by U+FFFD, read as {encoding}")
    return text, tuple(notes)


def detect_encoding(data: bytes, place: str) -> tuple[str, int]:
    """Return the encoding's name, and the length of the byte order mark in front.

    Raises EncodingError where `data` is no text.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise EncodingError(place, f"this is {name}, not text. Convert it, or give it its own suffix.")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    if wide := _utf16_without_mark(data):
        return wide, 0
    damage = _utf8_damage(data)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > len(data) * (_MOST_CONTROLS_LEGACY if damage else _MOST_CONTROLS):
        raise EncodingError(place, "this is binary data, not text. Convert it to text, or leave it out.")
    if damage <= _MOST_DAMAGE:
        return "utf-8", 0
    legacy = _legacy_encoding(data)
    if legacy is None:
        raise EncodingError(place, "its encoding could not be recognised. Save it as UTF-8.")
    return legacy, 0


def encodable(text: str) -> str:
    """Return `text`, equally long, with each lone surrogate replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def _utf16_without_mark(data: bytes) -> str | None:
    """Tell UTF-16 of an alphabetic script by its high bytes: nearly all are 0 to 8."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 2 or len(data) % 2:
        return None
    low = bytes(range(9))
    halves = sample[0::2], sample[1::2]
    shares = [1 - len(half.translate(None, low)) / len(half) for half in halves]
    for share, other, encoding in ((shares[1], shares[0], "utf-16-le"), (shares[0], shares[1], "utf-16-be")):
        if share > 0.8 and other < 0.3:
            return encoding
    return None


def _utf8_damage(data: bytes) -> float:
    """Return the share of undecodable bytes among the bytes above ASCII; 0 for valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # Only a sample from the first fault on: a legacy file of 50 MB would take minutes.
        sample = data[max(0, error.start - _SAMPLE // 2) : error.start + _SAMPLE // 2]
        high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
        bad = sample.decode(errors="replace").count("\ufffd")
        return max(bad / max(high, 1), 1e-9)
    return 0.0


def _legacy_encoding(data: bytes) -> str | None:
    """Guess an encoding from before Unicode: cp1252 where that reads well, else by statistics."""
    first = re.search(rb"[\x80-\xff]", data)
    start = first.start() if first else 0
    western = data[max(0, start - 1000) : start + _SAMPLE].decode("cp1252", errors="replace")
    if "\ufffd" not in western and _reads_as_western(western):
        return "cp1252"
    sample = data[start : start + _SAMPLE]  # from a character's first byte
    if len(sample) == _SAMPLE:  # and up to a character's last
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1] or sample
    from charset_normalizer import from_bytes  # here: most files never need it

    matches = from_bytes(sample, cp_exclusion=["utf_8", "utf_16", "utf_32", "utf_7"])
    best = matches.best()
    if best is None:
        return "latin-1" if _reads_as_western(sample.decode("latin-1")) else None
    plausible = [
        match.encoding
        for match in matches
        if match.chaos <= best.chaos + 0.02 and not _ODD_IN_WORDS.search(str(match))
    ]
    # On short texts many code pages score alike: then the ones in wide use win.
    common = [name for name in ("cp1250", "cp1251", "koi8_r", "mac_roman") if name in plausible]
    return (common or plausible or [best.encoding])[0].replace("_", "-")


def _reads_as_western(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    accented = sum(letter.isalpha() and not letter.isascii() for letter in text)
    odd = len(_ODD_IN_WORDS.findall(text))
    return accented <= _MOST_ACCENTED * letters and odd <= 0.05 * accented


def _replaced(data: bytes, text: str, encoding: str) -> int:
    """Count the characters that decoding had to replace (not those that stood in the file)."""
    if "\ufffd" not in text:
        return 0
    return text.count("\ufffd") - data.decode(encoding, errors="ignore").count("\ufffd")
