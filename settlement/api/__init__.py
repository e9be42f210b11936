"""Settlement over REST: parse, scope, call one service, render."""
