"""What Newsdesk keeps in SQL: articles, sources, syncs, chats. SQLite or PostgreSQL.

`open_store` opens it; the parts of a `Store` do the rest. SQL holds the truth, the index can
always be made from it again. Nothing here knows Telegram or the network.
"""
