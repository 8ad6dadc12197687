"""The body map: drawn views of the body, and marks that stand on them."""
