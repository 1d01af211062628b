"""What other programs ask: signs of life now; each answer has a shape of its own."""
