"""Kills syncs and bots at every step and fills disks; looks at what is left and what follows."""
