"""A month's closing: reads what shops, payment providers and the bank sent, books it, reports."""
