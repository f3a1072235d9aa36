"""What is said in a chat and how: pure decisions and rendering, no Telegram, no network."""
