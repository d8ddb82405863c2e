"""Weights as safetensors and what belongs to them as JSON: nothing in a checkpoint is ever executed."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn, optim

from kgfm.errors import TrainingError

FORMAT: Final = 3  # 1: an entity met each relation alike; 2: relations did not imply each other
_WEIGHTS: Final = "model.safetensors"
_CARD: Final = "model.json"


def save_checkpoint(folder: Path | str, weights: Mapping[str, Tensor], card: Mapping[str, Any]) -> None:
    """Write a folder with `model.safetensors` and `model.json`; each file is replaced whole or not at all."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / _WEIGHTS, save({name: value.contiguous() for name, value in weights.items()}))
    described = json.dumps({"format": FORMAT, **card}, ensure_ascii=False, indent=1)
    _replace(folder / _CARD, described.encode(errors="surrogatepass"))


def load_checkpoint(
    folder: Path | str, weights_file: str = _WEIGHTS, card_file: str = _CARD
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return (weights, card). Raises TrainingError where either is missing, broken or of another version."""
    folder = Path(folder)
    try:
        card = json.loads((folder / card_file).read_bytes().decode(errors="surrogatepass"))
        weights = load_file(folder / weights_file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise TrainingError(
            f"{folder} holds no model: {Path(error.filename or weights_file).name} is missing."
        ) from error
    except (SafetensorError, ValueError, OSError) as error:
        raise TrainingError(f"The model in {folder} is damaged ({error}); train it again.") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        found = card.get("format") if isinstance(card, dict) else None
        raise TrainingError(f"The model in {folder} has format {found}, not {FORMAT}; train it again.")
    return weights, card


def load_weights(model: nn.Module, weights: Mapping[str, Tensor], place: Path | str) -> None:
    """Fill a model. Raises TrainingError where names or shapes differ from the model's."""
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in weights.items()}
    if wanted != found:
        odd = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))[0]
        raise TrainingError(
            f"The model in {place} does not fit its description: {odd} has shape {found.get(odd)}, "
            f"not {wanted.get(odd)}; train it again."
        )
    model.load_state_dict(dict(weights))


def save_state(path: Path | str, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write all that a run needs to go on as one file, replaced whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    described = json.dumps({"format": FORMAT, **facts})
    whole = {name: value.contiguous() for name, value in tensors.items()}
    _replace(path, save(whole, metadata={"facts": described}))


def load_state(path: Path | str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return (tensors, facts). Raises TrainingError where the file is damaged or of another version."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            facts = json.loads((file.metadata() or {}).get("facts", "{}"))
    except (SafetensorError, ValueError, OSError) as error:
        raise TrainingError(f"The run in {path} is damaged ({error}); remove it to start anew.") from error
    if facts.get("format") != FORMAT:
        raise TrainingError(
            f"The run in {path} has format {facts.get('format')}, not {FORMAT}; remove it to start anew."
        )
    return tensors, facts


def optimizer_state(model: nn.Module, optimizer: optim.Optimizer) -> dict[str, Tensor]:
    """Return the optimiser's memory of each parameter, as `name/key`."""
    return {
        f"{name}/{key}": value
        for name, parameter in model.named_parameters()
        for key, value in optimizer.state[parameter].items()
    }


def restore_optimizer(model: nn.Module, optimizer: optim.Optimizer, state: Mapping[str, Tensor]) -> None:
    """Give an optimiser back what `optimizer_state` took from it, on the parameters' device."""
    for name, parameter in model.named_parameters():
        optimizer.state[parameter] = {
            key: value.to(parameter.device) if value.dim() else value  # the step's number stays on the CPU
            for key, value in under(state, f"{name}/").items()
        }


def under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names begin so, without that beginning."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
