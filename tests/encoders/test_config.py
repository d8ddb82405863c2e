import subprocess
import sys

import pytest

from kgfm.encoders.config import TextEncoderConfig
from kgfm.errors import ConfigError


@pytest.mark.parametrize("wrong", [{"model": " "}, {"batch_size": 0}, {"max_tokens": 4}])
def test_a_setting_out_of_range_is_refused_by_name(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        TextEncoderConfig(**wrong)  # type: ignore[arg-type]


def test_the_config_imports_no_torch() -> None:
    code = (
        "import sys, kgfm.encoders.config; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
