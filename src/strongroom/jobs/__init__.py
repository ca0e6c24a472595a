"""What happens by itself: rotation, deletion, expiry. ``registry`` says what, ``runner`` when, by whom and how often."""
