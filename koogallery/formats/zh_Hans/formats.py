"""The same names in Chinese: 2026年8月3日 10:25; amounts keep the grouping bills have."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "Y年n月"
LONG_DATE_FORMAT = "Y年n月j日"
WEEKDAY_FORMAT = "Y年n月j日 l"
END_OF_DAY_FORMAT = "Y年n月j日 24:00"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
