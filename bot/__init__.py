"""信使: the program above its rules: the conversation engine, the flows, the doors and the roof."""
