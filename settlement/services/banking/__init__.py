"""What banks send back: taken once, matched, booked; the rest lies in suspense (R8.2)."""
