"""A terminal control panel with an integrated LLM proxy for Google's Gemini models."""

__version__ = "0.1.0"
