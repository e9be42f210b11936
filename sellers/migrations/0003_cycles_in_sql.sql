-- What sellers/rules/cycles.py says, for set-based statements; a property test holds both together.

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
