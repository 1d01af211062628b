"""Care for personal data and for the history: rights, holds, who saw, proof."""
