"""Files in, articles out: plain text, Markdown, JSON lines, HTML, PDF and Word documents.

`find_files` names the files of a folder, `read_file` reads one, lazily; `read_page` reads what an
address sent. Bad content never raises: what gives no article is `Skipped`, and what an article
couldn't keep is `Noted` after it.
"""

from retrieval.readers.discovery import find_files
from retrieval.readers.fields import DEFAULT_LANGUAGE
from retrieval.readers.files import SUFFIXES, read_file
from retrieval.readers.html import read_page
from retrieval.readers.identity import article_digest, article_id, canonical_url, same_site
from retrieval.readers.items import Noted, Origin, ReadItem, Skipped

__all__ = [
    "DEFAULT_LANGUAGE",
    "SUFFIXES",
    "Noted",
    "Origin",
    "ReadItem",
    "Skipped",
    "article_digest",
    "article_id",
    "canonical_url",
    "find_files",
    "read_file",
    "read_page",
    "same_site",
]
