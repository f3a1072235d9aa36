"""The schema's history, one file a step, run by `upgrade` when a store is opened.

Each step is written by hand under `versions/`; `schema.REVISION` names the newest.
"""
