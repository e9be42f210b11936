"""The calls, a noun a file: parse, scope, call one service, render."""
