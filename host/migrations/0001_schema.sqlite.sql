-- SQLite only: what keeps the audit trail as it is, as triggers. 0001_schema.postgres.sql has the same for PostgreSQL.

CREATE TRIGGER audit_noted AFTER INSERT ON audit BEGIN
    INSERT INTO audit_unsealed (entry) VALUES (NEW.seq);
    INSERT INTO audit_people (user_id, entry) SELECT DISTINCT p.value, NEW.seq FROM json_each(NEW.people) p;
END;

-- An entry is never changed; one that has its seal can be erased, all of it and once.
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit WHEN NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.erased_reason IS NOT NULL
    AND NEW.seq = OLD.seq AND NEW.at = OLD.at AND NEW.actor = '' AND NEW.action = '' AND NEW.subject = ''
    AND NEW.mandate_id IS NULL AND NEW.address IS NULL AND NEW.trace_id IS NULL AND NEW.reason = ''
    AND NEW.before_state IS NULL AND NEW.after_state IS NULL AND NEW.detail = '{}' AND NEW.people = '[]' AND NEW.salt = ''
    AND EXISTS (SELECT 1 FROM audit_seals s WHERE s.entry = OLD.seq))
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit trail are never changed');
END;

-- Entries go from the front only, after the chain's anchor was moved behind them.
CREATE TRIGGER audit_kept BEFORE DELETE ON audit WHEN NOT EXISTS (SELECT 1 FROM audit_seals s JOIN audit_chain c
    ON s.number <= c.anchor_number WHERE s.entry = OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit trail are never deleted');
END;

CREATE TRIGGER audit_seals_unchanged BEFORE UPDATE ON audit_seals BEGIN
    SELECT RAISE(ABORT, 'seals of the audit trail are never changed');
END;

CREATE TRIGGER audit_seals_kept BEFORE DELETE ON audit_seals
WHEN OLD.number > (SELECT c.anchor_number FROM audit_chain c)
BEGIN
    SELECT RAISE(ABORT, 'seals of the audit trail are never deleted');
END;

CREATE TRIGGER audit_unsealed_kept BEFORE DELETE ON audit_unsealed
WHEN NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.entry = OLD.entry)
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit trail waits for its seal');
END;

CREATE TRIGGER audit_chain_forward BEFORE UPDATE ON audit_chain
WHEN NEW.number < OLD.number OR NEW.anchor_number < OLD.anchor_number OR NEW.anchor_number > NEW.number
BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit trail never goes back');
END;

CREATE TRIGGER audit_chain_kept BEFORE DELETE ON audit_chain BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit trail is never deleted');
END;
