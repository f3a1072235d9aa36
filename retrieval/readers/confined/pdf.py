"""A PDF → its paragraphs (pypdf)."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from retrieval.readers.confined.extracted import Extracted, Unreadable
from retrieval.readers.confined.limits import MAX_PAGES, MAX_TEXT
from retrieval.readers.confined.pages import paragraphs_of_pages

if TYPE_CHECKING:
    from pypdf import PageObject

    from retrieval.readers.confined.extracted import Outcome

_CONFIGURATION = pypdf.Configuration().with_overwrites(
    maximum_declared_stream_length=32 * 1024**2,
    array_based_stream_maximum_output_length=16 * 1024**2,
    zlib_maximum_output_length=16 * 1024**2,
    lzw_maximum_output_length=16 * 1024**2,
    run_length_maximum_output_length=16 * 1024**2,
    stream_decoding_work_maximum_length=64 * 1024**2,
    stream_parsing_work_maximum_count=400_000,
    xform_maximum_invocations_per_extraction=500,
    jbig2dec_binary=None,  # pictures aren't read, and no program is to be run
)
_PASSWORD = Unreadable("it is protected by a password", "save a copy without one")
_DAMAGED = "print it to a new PDF, or save its text as .txt"
_JUNK_TITLES = ("untitled", "microsoft word -", "microsoft powerpoint -", "document", "title")
_FILE_NAMES = (".doc", ".docx", ".pdf", ".indd", ".odt", ".rtf", ".qxd", ".txt", ".tex", ".dvi")
_FEWEST_LETTERS = 40


def extract_pdf(data: bytes) -> Outcome:
    """Extract the text and the metadata of a PDF."""
    with pypdf.apply_configuration(_CONFIGURATION):
        try:
            return _read(data)
        except FileNotDecryptedError:
            return _PASSWORD
        except DependencyError:
            return Unreadable("it is encrypted in a way that can't be read here", _DAMAGED)
        except LimitReachedError:
            return Unreadable("it unpacks to more than an article ever has", _DAMAGED)
        except PyPdfError as error:
            return Unreadable(f"it is a damaged PDF ({type(error).__name__})", _DAMAGED)


def _read(data: bytes) -> Outcome:
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return _PASSWORD
    pages: list[str] = []
    room = 2 * MAX_TEXT
    broken = 0
    pictures = False
    count = len(reader.pages)
    for page in reader.pages[:MAX_PAGES] if count > MAX_PAGES else reader.pages:
        text = _text_of(page)
        broken += text is None
        pages.append(text or "")
        pictures = pictures or (not text and _has_picture(page))
        room -= len(pages[-1])
        if room < 0:
            break
    if (reason := _why_no_text(pages, pictures=pictures, broken=broken)) is not None:
        return reason
    about = _about(reader)
    paragraphs = paragraphs_of_pages(pages, titled="title" in about)
    return Extracted(tuple(paragraphs), about, _notes(count, len(pages), broken))


def _text_of(page: PageObject) -> str | None:
    """Return the text of a page, or None if it can't be read: the others may be sound."""
    try:
        text = page.extract_text()
    except (MemoryError, RecursionError, LimitReachedError):
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything over damaged pages
        return None
    return None if _is_garbled(text) else text


def _is_garbled(text: str) -> bool:
    """Tell a page whose fonts don't say which letters they show."""
    unknown = sum(1 for sign in text if sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff")
    return 2 * unknown > sum(map(str.isalnum, text))


def _has_picture(page: PageObject) -> bool:
    try:
        resources = page.get("/Resources", {}).get_object()
        objects = resources.get("/XObject", {}).get_object()
        return any(objects[name].get_object().get("/Subtype") == "/Image" for name in objects)
    except Exception:  # noqa: BLE001 - as above; a page that can't say shows none
        return False


def _why_no_text(pages: list[str], *, pictures: bool, broken: int) -> Unreadable | None:
    if sum(map(str.isalnum, "".join(pages))) >= _FEWEST_LETTERS:
        return None
    if pictures:
        return Unreadable("it holds pictures of text", "run OCR on it first")
    if broken:
        problem = "its pages are damaged, or their fonts don't say which letters they show"
        return Unreadable(problem, "run OCR on it first, or save its text as .txt")
    return Unreadable("it holds no text", "run OCR on it if it shows some, else delete it")


def _about(reader: pypdf.PdfReader) -> dict[str, object]:
    """Return what the document says about itself; what can't be read is left out."""
    about: dict[str, object] = {}
    try:
        information = reader.metadata
        if information is None:
            return about
        title = str(information.title or "").strip()
        if _says_something(title):
            about["title"] = title
        authors = [name.strip() for name in str(information.author or "").split(";")]
        about["authors"] = [name for name in authors if name]
        created = information.creation_date
        if created is not None:
            zone = created.tzinfo or UTC
            about["published"] = created.replace(tzinfo=zone).isoformat()
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001, S110 - as above; the text is what counts
        pass
    return about


def _says_something(title: str) -> bool:
    lowered = title.lower()
    if lowered.startswith(_JUNK_TITLES[1:3]) or lowered.endswith(_FILE_NAMES):
        return False
    return lowered not in _JUNK_TITLES and sum(map(str.isalpha, title)) >= 4


def _notes(count: int, read: int, broken: int) -> tuple[tuple[str, str], ...]:
    notes: list[tuple[str, str]] = []
    if read < count:
        problem = f"only the first {read} of its {count} pages were taken"
        notes.append((problem, "split it into one file an article"))
    if broken:
        notes.append((f"{broken} of its pages can't be read and were left out", _DAMAGED))
    return tuple(notes)
