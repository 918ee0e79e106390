"""Make sure that a model of the present data is there before the tests that need one."""

from bot import training

if __name__ == "__main__":
    model = training.newest_model()
    if model is None or training.is_stale(model):
        training.train()
