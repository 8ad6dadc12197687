"""What lies on the disk, as somebody sees it who carries the disk away."""
