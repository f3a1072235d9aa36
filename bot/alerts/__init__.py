"""Alerts: who hears of which new article, why and when.

Pure: knows no clock, SQL, network or Telegram.
"""
