"""What /stats says of sending."""

from datetime import timedelta

from bot.chat.deliveries import delivery_section
from bot.chat.translations import translator
from bot.store.deliveries import Counts, Load


def test_delivery_tells_depth_wait_failures_and_what_nobody_knows():
    counts = Counts({"pending": 4, "sending": 1, "sent": 90, "failed": 2, "unknown": 3})
    section = delivery_section(translator("en"), Load(counts, counts.rest, timedelta(minutes=7)))
    assert section.heading == "Delivery"
    assert section.lines == (
        "To be sent: 5",
        "Longest wait: 7 min",
        "Failed: 2",
        "May or may not have arrived: 3",
    )
    at_rest = delivery_section(translator("en"), Load(Counts(), 0, timedelta()))
    assert "Longest wait" not in "".join(at_rest.lines)
