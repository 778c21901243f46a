"""The delivery engine: what is due (pure), and the courier that plans, claims, sends and acknowledges."""
