"""Following a case by its code: who has the ball, until when, what it costs."""
