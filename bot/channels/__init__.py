"""One file a channel, the contract in `base`. A channel knows its provider and nothing of the rest of the house."""
