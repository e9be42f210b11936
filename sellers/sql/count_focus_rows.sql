-- Count a batch of rows by their content, and tell how often each has been read by now.
--
--   contents  text[]: one for each row
INSERT INTO focus_rows AS f (content, count)
SELECT content, count(*) FROM unnest(%(contents)s::text[]) content GROUP BY content
ON CONFLICT (content) DO UPDATE SET count = f.count + excluded.count
RETURNING content, count
