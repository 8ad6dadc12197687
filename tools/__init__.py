"""Set-up and checks of this repository; standard library only until installed."""
