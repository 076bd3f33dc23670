"""Our codecs against peers that nobody here wrote."""
