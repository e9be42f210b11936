CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE SEQUENCE number_of_bank_account;
CREATE SEQUENCE number_of_certification;
CREATE SEQUENCE number_of_delivery_message;
CREATE SEQUENCE number_of_invitation;
CREATE SEQUENCE number_of_product;
CREATE SEQUENCE number_of_product_application;
CREATE SEQUENCE number_of_seller;
CREATE SEQUENCE number_of_seller_application;

-- What koogallery/kit/names.py says of names that look the same, for constraints: compatibility forms, case,
-- blanks and what cannot be seen make no other name (R6.3, R8.1, R9.1).
CREATE FUNCTION folded_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(replace(replace(lower(normalize(regexp_replace(name,
        '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]',
        '', 'g'), NFKC)), 'ß', 'ss'), 'ς', 'σ'), '\s+', ' ', 'g'))
$$;

-- What koogallery/kit/names.py says of a search: "wisla" finds "Wisła". Names compared as folded_name() does, and
-- without the accents of Latin, Greek and Cyrillic letters; other scripts keep their marks, which are letters there.
-- Their bodies are bound when they are made: an index is built without any search path.
CREATE FUNCTION searched_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN octet_length(name) = char_length(name)
        THEN btrim(regexp_replace(lower(name), '\s+', ' ', 'g'))
        ELSE replace(replace(translate(normalize(
            regexp_replace(normalize(folded_name(name), NFD), '[\u0300-\u036f]', '', 'g'), NFC),
            'łøđħıŧðþ', 'lodhitdt'), 'æ', 'ae'), 'œ', 'oe')
    END;

-- Whether a name contains what is looked for; % and _ are letters like any other.
CREATE FUNCTION contains_name(name text, wanted text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN searched_name(name) LIKE '%' || replace(replace(replace(searched_name(wanted),
        '\', '\\'), '%', '\%'), '_', '\_') || '%';

-- The month of the latest of effect, payment and supervision; null while one of them is open (R1.4).
CREATE FUNCTION transaction_cycle(
    effective_at timestamptz, paid_at timestamptz,
    supervision_status text, supervision_completed_at timestamptz, zone text
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN effective_at IS NULL OR paid_at IS NULL THEN NULL
        WHEN supervision_status = 'not_applicable' THEN
            to_char(greatest(effective_at, paid_at) AT TIME ZONE zone, 'YYYYMM')
        WHEN supervision_status = 'completed' AND supervision_completed_at IS NOT NULL THEN
            to_char(greatest(effective_at, paid_at, supervision_completed_at) AT TIME ZONE zone, 'YYYYMM')
    END
$$;

-- The cycle whose bill it is expected on: its own, or the seller's open one if later (R1.5).
CREATE FUNCTION due_in_cycle(cycle text, open_cycle text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN cycle IS NOT NULL THEN greatest(cycle, open_cycle) END
$$;
