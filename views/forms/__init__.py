"""Forms: the shape of input only. Rules of the trade live in services."""
