"""One module per channel: its wire format, read into `Incoming` and written from what is to be shown."""
