"""Where articles come from: folders, files, feeds, sitemaps and links → arrivals.

Knows the network and the disk, nothing of Telegram; of the store it knows the records alone.
"""
