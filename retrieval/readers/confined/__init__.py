"""HTML, PDF and Word documents → paragraphs, in a process of its own with bounded time and memory.

`extract` is the way in. The libraries that take these formats apart are large, and documents come
from strangers: one can be made to keep a parser busy for hours, or to take all memory, or to bring
it down. In a process of its own it costs that process and one line of a report.
"""

from retrieval.readers.confined.extracted import Extracted, Task, Unreadable
from retrieval.readers.confined.sandbox import extract

__all__ = ["Extracted", "Task", "Unreadable", "extract"]
