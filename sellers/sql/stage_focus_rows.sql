-- How often each content of a row without an identifier has been read, for as long as the session lasts.
CREATE TEMPORARY TABLE IF NOT EXISTS focus_rows (
    content  text PRIMARY KEY,
    count    bigint NOT NULL
)
