"""The pages that everybody may see, and a customer's own under their private link."""
