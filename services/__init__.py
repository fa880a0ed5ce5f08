"""What the product does, as verbs: plain functions that check, write, flush and never commit."""
