"""Record system of a one-stop centre for survivors of sexual violence."""

__version__ = "0.1.0"
