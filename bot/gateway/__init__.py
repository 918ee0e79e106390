"""The public side: webhooks, the web chat, health. It verifies, commits to the inbox, and only then says yes."""
