"""Models of a few thousand random weights, in the file formats of sentence-transformers, made where they are needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

LETTERS = "abc"
MARKS = "?!"
_SPECIAL = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]", "[Q]", "[D]"]


def tiny_model(
    folder: Path,
    *,
    seed: int = 0,
    prompts: dict[str, str] | None = None,
    pooling: str = "mean",
    normalize: bool = True,
) -> str:
    """Write a random one-layer BERT of 16 dimensions that knows a, b and c. Return the folder's name.

    As with many models of the hub, its weights for BERT's own pooling layer are missing.
    """
    import torch
    from tokenizers import Tokenizer, models
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=5,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=8,
    )
    folder.mkdir(parents=True)
    config.save_pretrained(folder)
    parameters = BertModel(config, add_pooling_layer=False).state_dict()
    save_file(parameters, folder / "model.safetensors", metadata={"format": "pt"})
    pieces = [("[UNK]", 0.0), ("[PAD]", 0.0), ("a", -1.0), ("b", -1.0), ("c", -1.0)]
    Tokenizer(models.Unigram(pieces, unk_id=0)).save(str(folder / "tokenizer.json"))
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), *([("2_Normalize", "Normalize")] * normalize)]
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (path, kind) in enumerate(kinds)
    ]
    write(
        folder,
        {
            "tokenizer_config.json": {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "unk_token": "[UNK]",
                "pad_token": "[PAD]",
            },
            "modules.json": modules,
            "sentence_bert_config.json": {"max_seq_length": 8},
            "1_Pooling/config.json": {"embedding_dimension": 16, "pooling_mode": pooling},
            "2_Normalize/config.json": {},
            "config_sentence_transformers.json": {"prompts": prompts or {}},
        },
    )
    return str(folder)


def write(folder: Path, files: Mapping[str, Any]) -> None:
    """Write JSON files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def tiny_bert(
    folder: Path,
    *,
    seed: int = 0,
    letters: str = LETTERS,
    length: int = 64,
    left: bool = False,
    labels: int | None = None,
) -> Path:
    """Write a random one-layer BERT whose tokens are the letters and marks, and nothing of sentence-transformers.

    It frames a text with [CLS] and [SEP], as BERT does. `length`: the tokens that it reads. `left`: pads on the left.
    `labels`: with a layer on top that gives so many scores.
    """
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(seed)
    vocabulary = {token: number for number, token in enumerate([*_SPECIAL, *letters, *MARKS])}
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=length,
        initializer_range=0.5,
    )
    config.num_labels = labels or 2
    model = BertModel(config) if labels is None else BertForSequenceClassification(config)
    model.save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        additional_special_tokens=["[Q]", "[D]"],
        model_max_length=length,
        padding_side="left" if left else "right",
    ).save_pretrained(folder)
    return folder


def tiny_multi_vector(
    folder: Path,
    *,
    seed: int = 0,
    letters: str = LETTERS,
    expansion: dict[str, Any] | None = None,
    skipped: Sequence[str] = (),
    normalize: bool = True,
    merging: bool = False,
    **lengths: int,
) -> str:
    """Write a `MultiVectorEncoder` of 8 dimensions with the prompts "[Q] " and "[D] ". Return the folder's name.

    `expansion`, and `query_length` and `document_length` in `lengths`: as its Transformer takes them. `skipped`: tokens
    of a passage that are not compared. `merging`: with a module that merges the tokens of a passage.
    """
    import torch
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import HierarchicalTokenPooling, MultiVectorMask

    backbone = Transformer(
        str(tiny_bert(folder / "backbone", seed=seed, letters=letters)),
        query_expansion=expansion,
        **lengths,
    )
    dense = Dense(16, 8, bias=False, activation_function=torch.nn.Identity(), module_input_name="token_embeddings")
    mask = MultiVectorMask(skiplist_words=list(skipped))
    modules: list[torch.nn.Module] = [backbone, dense, mask]
    modules += [Normalize(module_input_name="token_embeddings")] * normalize
    modules += [HierarchicalTokenPooling(pool_factor=2)] * merging
    MultiVectorEncoder(modules=modules, prompts={"query": "[Q] ", "document": "[D] "}, device="cpu").save_pretrained(
        str(folder / "model")
    )
    return str(folder / "model")


def tiny_pooled(folder: Path, *, width: int | None = None, pooling: Any = "mean") -> str:
    """Write a `SentenceTransformer`, with a Dense module of so many features after the pooling. Return its folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    modules: list[torch.nn.Module] = [Transformer(str(tiny_bert(folder / "backbone"))), Pooling(16, pooling)]
    if width is not None:
        modules.append(Dense(16, width, activation_function=torch.nn.Identity()))
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder / "model"))
    return str(folder / "model")
