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

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX sellers_by_name ON sellers_seller USING gin (searched_name(company_name) gin_trgm_ops);
CREATE INDEX products_by_name ON sellers_product USING gin (searched_name(name) gin_trgm_ops);
CREATE INDEX orders_by_customer ON sellers_order USING gin (searched_name(customer_name) gin_trgm_ops);
