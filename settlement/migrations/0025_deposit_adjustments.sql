-- A deposit is adjusted by an act of its own, which takes two people as the other movements do. (R6.1, R4.4)
CREATE OR REPLACE FUNCTION a_second_person_has_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed boolean;
BEGIN
    NEW.at := now();
    SELECT l.amount, l.of_a_person, l.hours
    INTO STRICT NEW.limit_of_seller, NEW.limit_of_person, NEW.within_hours
    FROM settlement_approvallimit l WHERE l.currency = NEW.currency;
    IF NEW.second_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.request_id IS NOT NULL THEN
        agreed := EXISTS (
            SELECT FROM koogallery_approvalrequest q
            JOIN koogallery_approval a ON a.request_id = q.id
            JOIN sellers_seller s ON s.number = q.seller_number
            WHERE q.id = NEW.request_id AND q.state = 'approved'
              AND q.act = CASE WHEN NEW.act IN ('top_up', 'penalty', 'return') OR NEW.subject LIKE 'adjustment:%'
                           THEN 'deposit' ELSE NEW.act END
              AND s.id = NEW.seller_id AND q.currency = NEW.currency AND q.amount = NEW.amount
              AND q.requested_by_id = NEW.person_id AND a.operator_id = NEW.second_id);
    ELSIF NEW.act = 'refund' THEN
        agreed := (SELECT count(*) = 2 FROM settlement_refundapproval a
                   JOIN settlement_refund r ON r.id = a.refund_id
                   WHERE r.number = NEW.subject AND r.seller_id = NEW.seller_id
                     AND a.operator_id IN (NEW.person_id, NEW.second_id));
    ELSIF NEW.act = 'bill' THEN
        agreed := (SELECT was_previewed_by(b, NEW.second_id) FROM settlement_bill b
                   WHERE b.number = NEW.subject AND b.seller_id = NEW.seller_id);
    END IF;
    IF agreed IS NOT TRUE THEN
        RAISE EXCEPTION 'nobody else has agreed to % %', NEW.act, NEW.subject
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_second_person_has_agreed';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION money_moves_by_authority() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    authorised boolean;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'settlement_adjustment' THEN
            authorised := is_authorised('{adjustment,dispute}', NEW.number, NEW.seller_id, NEW.amount);
        WHEN 'settlement_depositmovement' THEN
            authorised := is_authorised('{top_up,penalty,adjustment,return,exit}',
                NEW.kind || ':' || NEW.reference, NEW.seller_id, NEW.change);
        WHEN 'settlement_receivablepayment' THEN
            authorised := is_authorised('{payment}', (SELECT v.number FROM settlement_receivable v
                WHERE v.id = NEW.receivable_id) || ':' || NEW.reference, NEW.seller_id, NEW.amount);
        WHEN 'settlement_receivable' THEN
            authorised := is_authorised('{receivable_move}', NEW.number || ':' || (
                SELECT s.open_cycle FROM sellers_seller s WHERE s.id = NEW.seller_id), NEW.seller_id, (
                SELECT r.outstanding FROM settlement_recovery r WHERE r.id = NEW.recovery_id));
        WHEN 'settlement_bill' THEN
            authorised := is_authorised('{bill}', NEW.number, NEW.seller_id, NEW.net_payable);
        WHEN 'settlement_refund' THEN
            authorised := is_authorised('{refund}', NEW.number, NEW.seller_id, NEW.amount);
    END CASE;
    IF authorised IS NOT TRUE THEN
        RAISE EXCEPTION 'nobody answers for this row of %', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_moves_by_authority';
    END IF;
    RETURN NULL;
END $$;
