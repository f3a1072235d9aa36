"""A stand-in for Telegram's Bot API on loopback, so that the whole bot runs without a token.

From the inside out, each group importing only what stands before it:
utf16, entities, links, html_reader, html_entities, detection, settling, formatting
                                    text and its entities, pure
parameters, markup, commands, texts
                                    what a call brings, checked
people, messages, directory, profile, updates, record, journal, faults, rates, state
                                    what Telegram remembers, and the hands to act on it
methods, dispatch                   one function a method, one table, one way in
server                              HTTP, the only part with a socket
"""
