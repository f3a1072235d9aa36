"""The index on disk, in generations: `plan` decides, `write` writes, `open` reads, `home` swaps."""
