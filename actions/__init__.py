"""What Rasa calls. `forms` takes a complaint, `complaint` files it and says how it goes, `answers` reads the catalogue,
`handoff` brings a person. No sentence for borrowers stands here: texts are named, and live in domain.yml."""
