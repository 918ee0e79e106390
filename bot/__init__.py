"""Buen Trato: the chatbot that listens to people mistreated by collection agencies."""
