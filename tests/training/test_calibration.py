import numpy as np
import pytest

from kgfm.errors import TrainingError
from kgfm.training.calibration import Calibration, expected_calibration_error


def drawn(seed, count=4000):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(count, 2))
    chance = 1 / (1 + np.exp(-(2 * features[:, 0] - 1)))
    return features, rng.random(count) < chance, chance


def test_the_fit_finds_the_chances_that_drew_the_labels():
    features, true, _ = drawn(0)
    fresh, labels, chance = drawn(1)
    found = Calibration.fit(features, true).probabilities(fresh)
    assert np.abs(found - chance).max() < 0.06
    assert expected_calibration_error(found, labels) < 0.03


def test_a_weight_of_the_wrong_sign_is_held_at_zero():
    features, true, _ = drawn(0)
    fitted = Calibration.fit(features, ~true, signs=(1, 1))
    assert fitted.weights[0] == 0
    assert fitted.probabilities(features).mean() == pytest.approx((~true).mean(), abs=0.01)


def test_separable_labels_and_constant_features_stay_finite():
    features = np.column_stack([np.r_[np.zeros(5), np.ones(5)], np.ones(10)])
    found = Calibration.fit(features, features[:, 0] > 0).probabilities(features)
    assert ((found > 0) & (found < 1)).all()
    assert found[0] < 0.3 < 0.7 < found[-1]


def test_one_kind_of_label_is_not_enough():
    with pytest.raises(TrainingError, match="held-out"):
        Calibration.fit(np.zeros((3, 1)), np.ones(3, dtype=bool))


def test_the_error_is_the_gap_between_claim_and_truth():
    claims = np.array([0.95, 0.95, 0.15, 0.15])
    assert expected_calibration_error(claims, np.array([True, True, False, False])) == pytest.approx(0.1)
    assert expected_calibration_error(claims, np.array([False, False, True, True])) == pytest.approx(0.9)
