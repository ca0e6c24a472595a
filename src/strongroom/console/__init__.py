"""The console's built files (``static``); its source is ``console/`` at the root of the repository."""
