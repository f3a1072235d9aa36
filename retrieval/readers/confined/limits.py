"""How much of everything one document may take. Generous for articles, fatal for bombs."""

CPU_SECONDS = {"html": 10, "pdf": 30, "docx": 20}
"""Of processor time; the slowest sound ones, long PDFs, take some ten."""
WALL_SECONDS = 90
MEMORY_BYTES = 1024**3
IDLE_SECONDS = 60

MAX_HTML_BYTES = 10 * 1024**2
MAX_TAGS = 150_000
"""Opening and closing tags of a page; long articles with all around them have 20,000."""
MAX_PAGES = 300
MAX_TEXT = 2_000_000
"""Characters of text that one document may give; a long book has a million."""

MAX_ZIP_ENTRIES = 5_000
MAX_ZIP_BYTES = 100 * 1024**2
MAX_ZIP_RATIO = 200
"""How many times its packed size a part may have; XML of documents has 5 to 50."""

OUT_OF_MEMORY = 77
"""The exit code of a worker that reached MEMORY_BYTES."""
