"""Django reads these names, and the console its own."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
LONG_DATE_FORMAT = "j F Y"
WEEKDAY_FORMAT = "l, j F Y"
END_OF_DAY_FORMAT = "j M Y, 24:00"
