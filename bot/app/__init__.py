"""The composition root: builds and connects everything; the only layer that knows all parts."""
