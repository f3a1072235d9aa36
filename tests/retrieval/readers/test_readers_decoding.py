"""Encodings, and telling text from other files."""

from __future__ import annotations

import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers.decoding import Decoded, decode

ENGLISH = "The café’s owner said “it’s a naïve résumé” – and left. " * 3
RUSSIAN = "Городской совет решил во вторник углубить гавань до начала зимы. " * 3
FRENCH = "Le conseil a décidé d’élargir l’écluse avant l’été ; où ça mène, nul ne le sait. " * 3


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_unicode_is_read_without_its_mark(mark: bytes, encoding: str) -> None:
    text = ENGLISH + RUSSIAN
    assert decode(mark + text.encode(encoding)) == Decoded(text)


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, "Price: £5", "It’s on", "Zürich"])
def test_western_text_with_few_accents_is_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")) == Decoded(text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Rada miasta zdecydowała, że pogłębi port. Żółw i gęś są tu, świeża mąka też.", "cp1250"),
        ("Rada města v úterý rozhodla, že přístav prohloubí ještě před začátkem zimy.", "cp1250"),
        (
            "Belediye meclisi limanın kıştan önce derinleştirilmesine karar verdi, dağ yolu da.",
            "cp1254",
        ),
    ],
)
def test_windows_1252_is_not_taken_for_granted(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert decoded.text == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_other_encodings_are_guessed_with_a_doubt(encoding: str) -> None:
    decoded = decode(RUSSIAN.encode(encoding))
    assert decoded is not None
    assert decoded.text == RUSSIAN
    assert "guessed" in decoded.doubt


def test_a_guess_from_the_beginning_of_a_long_file_holds_for_all_of_it() -> None:
    text = ("港湾局は火曜日、冬までに港を浚渫すると決定した。\n" * 12_000) + "終わり。"
    data = text.encode("gb18030")
    assert len(data) > 512 * 1024
    decoded = decode(data)
    assert decoded is not None
    assert decoded.text == text


def test_utf8_with_a_few_bad_bytes_stays_utf8() -> None:
    data = RUSSIAN.encode()
    decoded = decode(data[:41] + b"\xff" + data[41:] + data[:1])
    assert decoded is not None
    assert decoded.text.count("\ufffd") >= 2
    assert decoded.text.replace("\ufffd", "")[30:100] in RUSSIAN
    assert "damaged" in decoded.doubt


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "no byte order mark".encode("utf-16-le"),
        b"much text with a single NUL in it " * 100 + b"\0",
        b"N\x07@\x85b\xbe\xdb\x8b`\xce",  # could be UTF-16, as could any noise of even length
        b"\x01\x02\x03\x04\x05\x06\x07\x08",
        codecs.BOM_UTF16_LE + b"odd",
        codecs.BOM_UTF8 + b"\xff\xfe",
        hashlib.shake_256(b"noise").digest(4096).replace(b"\0", b"\1"),
    ],
)
def test_binary_files_are_told_from_text(data: bytes) -> None:
    assert decode(data) is None


def test_an_empty_file_is_text() -> None:
    assert decode(b"") == Decoded("")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff")))
def test_utf8_always_comes_back(text: str) -> None:
    assert decode(text.encode()) == Decoded(text)


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    decoded = decode(data)
    assert decoded is None or isinstance(decoded.text, str)
