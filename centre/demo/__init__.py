"""An invented centre with invented people, made by the same acts as everything else."""
