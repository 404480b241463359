"""Shops and providers send some records twice, in later files or with other spelling."""

import hashlib


class Duplicates:
    def __init__(self):
        self._seen = set()
        self.count = 0

    def is_new(self, *fields):
        """Whether these fields, but for case and spaces, come for the first time."""
        text = "\x1f".join(str(field).strip().lower() for field in fields)
        key = hashlib.blake2b(text.encode(), digest_size=12).digest()
        if key in self._seen:
            self.count += 1
            return False
        self._seen.add(key)
        return True
