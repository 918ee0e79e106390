"""What runs inside Rasa: graph components, our input channel, our tracker store.

The only package that imports rasa. Nothing imports it: `config.yml`, `credentials.yml` and `endpoints.yml` name it.
"""
