"""Hypothesis strategies for updates as the Bot API sends them.

scene       who there is, and what the bot has sent so far
texts       what people write, and the entities of it
contents    what a message can hold: text, commands, media, service notes
messages    whole messages of every chat
presses     callback queries, of real buttons and of forged ones
others      every other kind of update
drawing     one update of any kind
"""
