"""What was there at the start is looked at no more, and all is as before once the bot has ended."""

import gc
import weakref

from bot.garbage import set_aside, short_collections


class Ring:
    """Something that only the collector can free."""

    def __init__(self):
        self.itself = self


def test_what_was_set_aside_is_not_looked_at_until_the_end():
    before = gc.get_threshold()
    kept = Ring()
    there = weakref.ref(kept)
    with short_collections():
        assert gc.get_threshold() > before
        set_aside()
        assert gc.get_freeze_count() > 0
        del kept
        gc.collect()
        assert there() is not None
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
    gc.collect()
    assert there() is None


def test_what_comes_later_is_collected():
    with short_collections():
        set_aside()
        later = Ring()
        there = weakref.ref(later)
        del later
        gc.collect()
        assert there() is None
