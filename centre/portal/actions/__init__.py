"""Acts around her own page: the staff's, and her own."""
