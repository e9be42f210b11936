"""Lists as files, written by a worker: what can be exported, how it is written, and the jobs."""
