"""The chat page: the stand-in's people, chats and calls in a browser.

guard, assets, body                 which requests are taken, the page's files, a request's fields
cast, controls, scene               whom and what the page plays
view, feed                          what it shows, and what it is told as things happen
writing, asking, managing, acts     what people do on it
receiving, routes, server           HTTP
"""
