"""Fitting weights and measuring them: graphs and models in; trained weights, ranks and figures out."""
