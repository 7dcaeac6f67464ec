extension Schema {
    /// Roles per hall; accounts that can be suspended; seats and halls that are made and changed while the house is open; who did what.
    static let people = """
        CREATE TABLE account_role (
            account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            hall TEXT NOT NULL REFERENCES hall (id),
            role TEXT NOT NULL CHECK (role IN ('agent', 'supervisor', 'catalogue-administrator', 'administrator')),
            PRIMARY KEY (account, hall, role)
        ) STRICT;
        CREATE INDEX account_role_hall ON account_role (hall);
        -- Until now a role was for the home hall alone.
        INSERT OR IGNORE INTO account_role SELECT account.id, account.hall, role.value FROM account, json_each(account.roles) AS role;
        ALTER TABLE account DROP COLUMN roles;

        -- Counts changes; whoever changes a row names the one that they saw.
        ALTER TABLE account ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0);
        ALTER TABLE account ADD COLUMN suspended_at_ms INTEGER;
        -- Given by an administrator: good for choosing another, and for nothing else.
        ALTER TABLE account ADD COLUMN password_is_one_time INTEGER NOT NULL DEFAULT 0 CHECK (password_is_one_time IN (0, 1));
        -- Null: never used, so that nobody's work can hang on it.
        ALTER TABLE account ADD COLUMN first_signed_in_at_ms INTEGER;
        -- It was not written down before; whoever was there is taken for having been at work.
        UPDATE account SET first_signed_in_at_ms = 0;
        CREATE TRIGGER account_stays BEFORE DELETE ON account
            WHEN OLD.first_signed_in_at_ms IS NOT NULL OR EXISTS (SELECT 1 FROM session WHERE agent = OLD.id)
            BEGIN SELECT RAISE(ABORT, 'an account that was used is never deleted'); END;
        CREATE TRIGGER account_is_not_overwritten BEFORE UPDATE ON account WHEN NEW.revision < OLD.revision
            BEGIN SELECT RAISE(ABORT, 'an older row never overwrites a newer one'); END;

        ALTER TABLE seat ADD COLUMN withdrawn_at_ms INTEGER CHECK (withdrawn_at_ms IS NULL OR agent IS NULL);
        ALTER TABLE seat ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0);
        CREATE TRIGGER seat_stays BEFORE DELETE ON seat BEGIN SELECT RAISE(ABORT, 'a seat is withdrawn, never deleted'); END;
        CREATE TRIGGER seat_stays_in_its_hall BEFORE UPDATE OF hall ON seat WHEN NEW.hall <> OLD.hall
            BEGIN SELECT RAISE(ABORT, 'a seat stays in its hall'); END;
        -- Whoever is in a session may finish it; nobody who is suspended begins anything.
        CREATE TRIGGER suspended_agent_signs_on_nowhere BEFORE UPDATE OF agent ON seat
            WHEN NEW.agent IS NOT NULL AND NEW.agent IS NOT OLD.agent
                AND EXISTS (SELECT 1 FROM account WHERE id = NEW.agent AND suspended_at_ms IS NOT NULL)
            BEGIN SELECT RAISE(ABORT, 'a suspended agent signs on nowhere'); END;

        -- IANA name.
        ALTER TABLE hall ADD COLUMN zone TEXT NOT NULL DEFAULT 'Asia/Shanghai' CHECK (zone <> '');
        ALTER TABLE hall ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0);
        CREATE TRIGGER hall_stays BEFORE DELETE ON hall BEGIN SELECT RAISE(ABORT, 'a hall is never deleted'); END;

        -- Every act of an administrator on people, seats and halls, and of a person on their own password.
        CREATE TABLE administration_act (
            id INTEGER PRIMARY KEY,
            at_ms INTEGER NOT NULL,
            actor TEXT NOT NULL REFERENCES account (id),
            act TEXT NOT NULL CHECK (act IN (
                'person-made', 'person-changed', 'person-suspended', 'person-restored', 'person-deleted', 'password-reset', 'password-changed',
                'hall-made', 'hall-changed', 'seat-made', 'seat-changed', 'seat-withdrawn', 'seat-restored')),
            -- Of the account, the seat or the hall; it may be of one that was deleted.
            subject TEXT NOT NULL,
            hall TEXT NOT NULL REFERENCES hall (id),
            -- What was changed, in the words of the request's fields; never a name or a password.
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX administration_act_hall ON administration_act (hall, id);
        CREATE TRIGGER administration_act_is_immutable BEFORE UPDATE ON administration_act
            BEGIN SELECT RAISE(ABORT, 'what was done is never changed'); END;
        CREATE TRIGGER administration_act_stays BEFORE DELETE ON administration_act
            BEGIN SELECT RAISE(ABORT, 'what was done is never deleted'); END;
        """
}
