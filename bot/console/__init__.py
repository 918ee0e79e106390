"""The staff's web console, on a port of its own. How to add a page: docs/console.md."""
