"""A stand-in for Telegram's Bot API on loopback, so that the whole bot runs without a token.

From the inside out, each group importing only what stands before it:
utf16, entities, links, html_reader, html_entities, detection, settling, formatting
                                    text and its entities, pure
parameters, markup, commands, texts
                                    what a call brings, checked
people, roles, files, messages, origins, directory, profile, updates, webhooks, inline,
reply_keyboards, record, journal, faults, rates
                                    what Telegram remembers
hands, state                        the hands to act on it, joined in one state
methods, dispatch                   one function a method, one table, one way in
courier, server                     HTTP, the only parts with a socket
"""
