-- Before an import: what an earlier one in the same session read does not count.
TRUNCATE focus_rows
