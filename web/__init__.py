"""The HTTP app: the web chat's pages, its stream of new messages, and what stands in front of them."""
