-- Only the owner of a table may analyze it; anybody else is passed over with a warning, and the
-- bill run would plan by figures of yesterday. So the owner does it for the portal's role.
CREATE FUNCTION analyze_what_is_billed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE sellers_order, sellers_usagerecord, settlement_refund;
END $$;
REVOKE EXECUTE ON FUNCTION analyze_what_is_billed() FROM PUBLIC;
