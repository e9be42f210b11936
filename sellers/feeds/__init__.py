"""Files of facts, read as a stream and taken in by the batch."""
