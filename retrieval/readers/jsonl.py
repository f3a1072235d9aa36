"""JSON lines, packed by gzip or not → an article a line, in constant memory."""

from __future__ import annotations

import json
import zlib
from gzip import BadGzipFile, GzipFile
from typing import TYPE_CHECKING

from retrieval.readers.building import build_article
from retrieval.readers.fields import read_fields
from retrieval.readers.items import Skipped
from retrieval.readers.textfile import nothing_in
from retrieval.readers.wording import paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from retrieval.readers.items import Origin, ReadItem

MAX_LINE_BYTES = 64 * 1024 * 1024

_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_STEP = 1024 * 1024
_ONE_OBJECT = "write one JSON object on each line"


def read_jsonl(
    stream: BinaryIO,
    origin: Origin,
    *,
    max_line: int = MAX_LINE_BYTES,
    skip: Callable[[bytes], bool] | None = None,
) -> Iterator[ReadItem]:
    """Read an article from each line of a seekable stream; its bytes tell whether it is packed.

    `skip` is shown the bytes of each line that isn't blank before it is parsed; a line that it
    returns True for is passed over without a word.

    A bad line is one `Skipped` at `path:line`, and reading goes on. Where a packed file is
    damaged or the disk fails, reading ends with one `Skipped`; the articles before it are kept.
    """
    empty = True
    for location, line in _lines(stream, origin, max_line):
        empty = False
        if isinstance(line, Skipped):
            yield line
        elif skip is None or not skip(line):
            yield from _read_line(line, location, origin)
    if empty:
        yield nothing_in(origin)


def _lines(
    stream: BinaryIO, origin: Origin, max_line: int
) -> Iterator[tuple[str, bytes | Skipped]]:
    """Yield the location and the bytes of each line that isn't blank, or why there are none."""
    number = 0
    try:
        packed = stream.read(len(_GZIP)) == _GZIP
        stream.seek(0)
        source = GzipFile(fileobj=stream) if packed else stream
        while line := source.readline(max_line + 1):
            number += 1
            location = f"{origin.path}:{number}"
            if number == 1:
                line = line.removeprefix(_UTF8_MARK)
                if b"\0" in line:
                    yield location, _binary(origin)
                    return
            if len(line) > max_line and not line.endswith(b"\n"):
                _skip_rest_of_line(source)
                yield location, _too_long(location, max_line)
            elif line and not line.isspace():
                yield location, line
    except (EOFError, OSError, zlib.error) as error:
        yield origin.path, _broken_off(origin, number, error)


def _skip_rest_of_line(source: BinaryIO | GzipFile) -> None:
    while (part := source.readline(_STEP)) and not part.endswith(b"\n"):
        pass


def _read_line(line: bytes, location: str, origin: Origin) -> Iterator[ReadItem]:
    parsed = _parse(line, location)
    if isinstance(parsed, Skipped):
        yield parsed
        return
    text = parsed.get("text")
    if not isinstance(text, str):
        problem = "`text` is missing" if text is None else "`text` isn't a string"
        yield Skipped(location, problem, "put the article's text there as one string")
        return
    lines = paragraphs(text)
    if not lines:
        yield Skipped(location, "`text` is empty", "put the article's text there")
        return
    fields = read_fields(parsed, location=location, fetched=origin.fetched)
    yield build_article(fields, lines, origin, own_file=False)
    yield from fields.notes


def _parse(line: bytes, location: str) -> dict[str, object] | Skipped:
    try:
        parsed = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        problem = f"the line isn't UTF-8 (byte {error.start + 1})"
        return Skipped(location, problem, "convert the file to UTF-8")
    except json.JSONDecodeError as error:
        problem = f"the line isn't valid JSON ({error.msg}, column {error.colno})"
        return Skipped(location, problem, _ONE_OBJECT)
    except ValueError:  # Python refuses to convert numbers of thousands of digits
        return Skipped(location, "the line holds a number of too many digits", "shorten it")
    except RecursionError:
        return Skipped(location, "the line's JSON is nested too deeply", _ONE_OBJECT)
    if not isinstance(parsed, dict):
        return Skipped(location, "the line isn't a JSON object", _ONE_OBJECT)
    return parsed


def _binary(origin: Origin) -> Skipped:
    remedy = "save it as UTF-8 (UTF-16 isn't read here), or take it out of the folder"
    return Skipped(origin.path, "it looks like a binary file", remedy)


def _too_long(location: str, max_line: int) -> Skipped:
    size = f"{max_line // 1024**2} MiB" if max_line >= 1024**2 else f"{max_line} bytes"
    return Skipped(location, f"the line has more than {size}", _ONE_OBJECT)


def _broken_off(origin: Origin, lines_read: int, error: Exception) -> Skipped:
    if isinstance(error, EOFError):
        reason = "the packed data breaks off"
    elif isinstance(error, BadGzipFile | zlib.error):
        reason = "the packed data is damaged"
    else:
        reason = str(error)
    kept = f"the {lines_read} before it are read" if lines_read else "nothing was read"
    problem = f"line {lines_read + 1} and what follows can't be read ({reason}; {kept})"
    return Skipped(origin.path, problem, "copy or download the file again")
