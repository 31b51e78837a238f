"""Model files that strangers could send: made here, refused there, and nothing touched."""
