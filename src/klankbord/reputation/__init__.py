"""Standing: what people earn by helping, out of a ledger in which everything can be reversed."""
