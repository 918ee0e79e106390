"""Imported by rasa_sdk at start like every module here: builds the room then, so that the first person does not wait."""

from actions.house import room

room()
