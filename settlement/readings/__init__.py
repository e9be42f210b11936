"""What is read and explained, and changes nothing: statements, proofs, files, explanations."""
