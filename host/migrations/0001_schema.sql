-- The whole schema, for both engines. On SQLite `seq INTEGER PRIMARY KEY` numbers the rows in insertion order by itself;
-- 0001_schema.postgres.sql adds the same to PostgreSQL. What only triggers can hold is in it and in 0001_schema.sqlite.sql. Booleans are BIGINT 0/1, times BIGINT UTC milliseconds, money
-- minor units, lists and translations JSON texts. A foreign key cascades only where nothing is billed or proven by the
-- row; ledger, decisions, outbox, grants and the memory of ended instances hold plain ids.

CREATE TABLE plans (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    label TEXT,
    price_minor BIGINT,
    currency TEXT NOT NULL,
    price_includes_tax BIGINT NOT NULL DEFAULT 0,
    stripe_price_id TEXT,
    billing_period TEXT NOT NULL,
    max_instances BIGINT,
    max_data_volume_mb BIGINT,
    budget_ai_minor BIGINT
);

CREATE TABLE features (
    seq INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,            -- {"en": …, "de": …, "fr": …, "it": …}, each optional
    description TEXT NOT NULL,      -- likewise
    icon TEXT,
    category TEXT NOT NULL,
    template_roles TEXT NOT NULL    -- ["…"]
);

-- Raw catalogue objects. Where there are any, they alone say which features are offered.
CREATE TABLE resources (
    seq INTEGER PRIMARY KEY,
    object_key TEXT NOT NULL UNIQUE,
    category TEXT,
    feature_code TEXT
);
CREATE INDEX resources_by_feature ON resources (feature_code);

CREATE TABLE users (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL,
    email TEXT,
    external_id TEXT,                        -- as the identity provider names the user
    enabled BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX users_by_username ON users (lower(username));
CREATE INDEX users_by_external_id ON users (external_id);

CREATE TABLE mandates (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    label TEXT,
    is_system BIGINT NOT NULL DEFAULT 0,
    enabled BIGINT NOT NULL DEFAULT 1,
    home_of TEXT,                            -- plain user id
    closing_at BIGINT,                       -- since when it is being deleted: it is closed, and goes once nothing is billed
    closing_by TEXT,                         -- the service or operator that deleted it
    cap_instances BIGINT,                    -- most instances that its admins allow; null: no limit
    cap_monthly_minor BIGINT,                -- most that instances may cost a month, by its admins; null: no limit
    cap_currency TEXT,                       -- of cap_monthly_minor; null with it
    lock_version BIGINT NOT NULL DEFAULT 0   -- raised by whoever takes the mandate's lock
);
CREATE INDEX mandates_closing ON mandates (seq) WHERE closing_at IS NOT NULL;

-- One home mandate per user, ever, even when mandate and user are gone.
CREATE TABLE home_grants (
    seq INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE,
    mandate_id TEXT NOT NULL,
    granted_at BIGINT NOT NULL
);

-- What people who were erased are marked with. One row, written with the first mark.
CREATE TABLE erasure_key (
    one BIGINT NOT NULL UNIQUE CHECK (one = 1),
    key TEXT NOT NULL                        -- 64 hexadecimal digits
);

-- Who was erased: HMAC-SHA256 of the user's id under that key, so that nobody has a second home mandate. Neither a time nor
-- an order: nothing leads from here to what the person's rows say since.
CREATE TABLE erased_people (
    mark TEXT NOT NULL UNIQUE                -- 64 hexadecimal digits
);

CREATE TABLE instances (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    mandate_id TEXT NOT NULL REFERENCES mandates (id),
    feature_code TEXT NOT NULL,              -- may be unknown to the catalogue
    label TEXT,
    enabled BIGINT NOT NULL DEFAULT 1,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'active')),
    activated_at BIGINT,
    activated_by TEXT,                       -- plain user id
    reserved_by_change TEXT,                 -- the activation that made it, while it is reserved
    withdrawn_by_change TEXT,                -- the change that gave it up, while it is reserved
    ending_by_change TEXT,                   -- the change of a batch that ends it once billing confirmed the batch
    told_state TEXT NOT NULL DEFAULT 'active'    -- how it was last told to stand by an event: active, suspended or disabled
);
CREATE INDEX instances_by_mandate ON instances (mandate_id);
CREATE INDEX instances_by_activation ON instances (reserved_by_change) WHERE reserved_by_change IS NOT NULL;
CREATE INDEX instances_by_ending ON instances (ending_by_change) WHERE ending_by_change IS NOT NULL;

CREATE TABLE roles (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    label TEXT,
    mandate_id TEXT REFERENCES mandates (id) ON DELETE CASCADE,
    instance_id TEXT REFERENCES instances (id) ON DELETE CASCADE,
    feature_code TEXT,
    external_id TEXT                         -- as the identity provider names the group
);
CREATE INDEX roles_by_mandate ON roles (mandate_id);
CREATE INDEX roles_by_instance ON roles (instance_id);

CREATE TABLE memberships (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    mandate_id TEXT NOT NULL REFERENCES mandates (id) ON DELETE CASCADE,
    enabled BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT memberships_one_per_user UNIQUE (user_id, mandate_id)
);
CREATE INDEX memberships_by_mandate ON memberships (mandate_id);

CREATE TABLE membership_roles (
    seq INTEGER PRIMARY KEY,
    membership_id TEXT NOT NULL REFERENCES memberships (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT membership_roles_once UNIQUE (membership_id, role_id)
);
CREATE INDEX membership_roles_by_role ON membership_roles (role_id);

CREATE TABLE subscriptions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    mandate_id TEXT NOT NULL REFERENCES mandates (id),
    plan_key TEXT NOT NULL,                  -- may be unknown
    status TEXT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    trial_ends_at BIGINT,
    stripe_subscription_id TEXT,
    stripe_item_id TEXT,
    refused_binding TEXT,                    -- the Stripe subscription that was found to belong to another mandate
    looks BIGINT NOT NULL DEFAULT 0,         -- looks at the Stripe subscription that were begun
    looked BIGINT NOT NULL DEFAULT 0,        -- number of the newest look of which the outcome was written
    CONSTRAINT subscriptions_stripe_subscription UNIQUE (stripe_subscription_id),
    CONSTRAINT subscriptions_stripe_item UNIQUE (stripe_item_id)
);
CREATE INDEX subscriptions_by_mandate ON subscriptions (mandate_id);
CREATE INDEX subscriptions_by_plan ON subscriptions (plan_key);

CREATE TABLE accesses (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    enabled BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT accesses_one_per_user UNIQUE (user_id, instance_id)
);
CREATE INDEX accesses_by_instance ON accesses (instance_id);

CREATE TABLE access_roles (
    seq INTEGER PRIMARY KEY,
    access_id TEXT NOT NULL REFERENCES accesses (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT access_roles_once UNIQUE (access_id, role_id)
);
CREATE INDEX access_roles_by_role ON access_roles (role_id);

-- What is remembered of an instance that ended, so that it can be restored for a while.
CREATE TABLE ended_instances (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,                 -- the same as when it lived
    mandate_id TEXT NOT NULL,
    feature_code TEXT NOT NULL,
    label TEXT,
    activated_at BIGINT,
    activated_by TEXT,
    ended_at BIGINT NOT NULL,
    ended_by TEXT NOT NULL,
    accesses TEXT NOT NULL,                  -- [{"userId", "enabled", "roleLabels"}]
    change_id TEXT NOT NULL,                 -- the change that ended it
    restored_by_change TEXT                  -- the restore that waits for billing; it goes when that is confirmed
);
CREATE INDEX ended_instances_by_mandate ON ended_instances (mandate_id);
CREATE INDEX ended_instances_by_restore ON ended_instances (restored_by_change) WHERE restored_by_change IS NOT NULL;

-- One request's wish, and its stored answer.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('activate', 'restore', 'end', 'leave', 'withdraw', 'share')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'billing', 'done', 'failed', 'cancelled')),
    mandate_id TEXT NOT NULL,
    feature_code TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    subject_id TEXT,
    ends_instance BIGINT NOT NULL,
    subscription_id TEXT,
    gate TEXT CHECK (gate IN ('quantity', 'payment')),        -- null: it does not wait for billing
    effective_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    operation_id TEXT,
    not_before BIGINT NOT NULL DEFAULT 0,    -- while it is queued: not carried by an operation before
    refusals BIGINT NOT NULL DEFAULT 0,      -- how often billing refused an operation that carried it
    reasons TEXT NOT NULL DEFAULT '[]',
    key_path TEXT,
    key TEXT,
    key_fingerprint TEXT,
    policy_digest TEXT NOT NULL,
    batch_id TEXT,                           -- what was wished in one request and is done as one or not at all
    batch_wish TEXT,                         -- of the first of a batch, which also has the key: digest of the whole wish
    quote_id TEXT                            -- the quote it is held to
);
CREATE UNIQUE INDEX changes_one_per_key ON changes (user_id, key_path, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX changes_one_pending_activation ON changes (user_id, mandate_id, feature_code)
    WHERE kind = 'activate' AND gate IS NOT NULL AND state IN ('queued', 'billing') AND key IS NULL AND batch_id IS NULL;
CREATE UNIQUE INDEX changes_one_pending_restore ON changes (user_id, instance_id)
    WHERE kind = 'restore' AND gate IS NOT NULL AND state IN ('queued', 'billing') AND key IS NULL;
CREATE UNIQUE INDEX changes_one_pending_batch ON changes (user_id, mandate_id, batch_wish)
    WHERE batch_wish IS NOT NULL AND gate IS NOT NULL AND state IN ('queued', 'billing') AND key IS NULL;
CREATE INDEX changes_by_mandate ON changes (mandate_id, seq);
CREATE INDEX changes_by_batch ON changes (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX changes_by_instance ON changes (instance_id);
CREATE INDEX changes_by_operation ON changes (operation_id) WHERE operation_id IS NOT NULL;
CREATE INDEX changes_unsettled ON changes (mandate_id, kind) WHERE state IN ('queued', 'billing');
CREATE INDEX changes_queued ON changes (subscription_id, seq) WHERE state = 'queued';

-- The ledger: updates of a quantity, and readings of it (state 'observed').
CREATE TABLE operations (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    mandate_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    stripe_subscription_id TEXT NOT NULL,
    stripe_item_id TEXT NOT NULL,
    direction TEXT CHECK (direction IN ('raise', 'lower', 'mixed')),   -- null for readings
    gate TEXT CHECK (gate IN ('quantity', 'payment')),        -- null for readings
    from_quantity BIGINT,                    -- null for readings
    to_quantity BIGINT NOT NULL,             -- of a reading: the quantity read
    price_at_odds BIGINT,                    -- of a reading: whether the provider charges another price than the plan says
    proration_at BIGINT,
    credit_from BIGINT,                      -- a lowering is credited too late by the time since then: to be made good
    credited_at BIGINT,                      -- when that was made good
    state TEXT NOT NULL CHECK (state IN ('prepared', 'sent', 'in_doubt', 'applied', 'rejected', 'dissolved', 'observed')),
    attempt BIGINT NOT NULL DEFAULT 1,
    tries BIGINT NOT NULL DEFAULT 0,
    may_have_run BIGINT NOT NULL DEFAULT 0,
    first_sent_at BIGINT,
    in_doubt_since BIGINT,
    next_at BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    leased_by TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,   -- by the database's clock
    request_id TEXT,
    last_error TEXT,
    quoted_minor BIGINT,                     -- what the quote said that its prorations come to
    billed_minor BIGINT,                     -- what they were billed with; null when that could not be read
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE UNIQUE INDEX operations_one_unresolved ON operations (subscription_id)
    WHERE state IN ('prepared', 'sent', 'in_doubt');
CREATE INDEX operations_invoicing ON operations (subscription_id, settled_at)
    WHERE gate = 'payment' AND state IN ('prepared', 'sent', 'in_doubt', 'applied');
CREATE INDEX operations_confirming ON operations (subscription_id, seq) WHERE state IN ('applied', 'observed');
CREATE INDEX operations_credits_due ON operations (seq) WHERE credit_from IS NOT NULL AND credited_at IS NULL;

-- What stands still because an operator said so: 'billing' while no operation is claimed, formed or sent.
CREATE TABLE pauses (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    since BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- Everything that changed: who, from where, before, after; written in the transaction of the change. Rows are only ever
-- added: triggers (0001_schema.sqlite.sql, 0001_schema.postgres.sql) refuse all else but erasing what is sealed and removing
-- the oldest, and note every new row as waiting for its seal, with the people whom it names.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,                     -- user:ID, service:NAME, operator:user@host or system:PART
    action TEXT NOT NULL,                    -- such as 'put user' or 'ledger resolve'
    subject TEXT NOT NULL,                   -- what it was done to: its id, key or code
    mandate_id TEXT,                         -- in which mandate, where it is in one
    address TEXT,                            -- the client's, as the host knows it; of a command the machine's name
    trace_id TEXT,                           -- of the request
    reason TEXT NOT NULL,                    -- in an operator's words
    before_state TEXT,                       -- JSON; null: it was not there
    after_state TEXT,                        -- JSON; null: it is not there any more
    detail TEXT NOT NULL,                    -- {…}
    people TEXT NOT NULL,                    -- ["…"]: ids of all users whom it names
    salt TEXT NOT NULL,                      -- keeps what was erased from being guessed by its digest
    erased_at BIGINT,                        -- since then all of it but `seq` and `at` is gone …
    erased_reason TEXT                       -- … and why
);
CREATE INDEX audit_by_subject ON audit (subject, seq);
CREATE INDEX audit_by_mandate ON audit (mandate_id, seq) WHERE mandate_id IS NOT NULL;

-- Which entries name whom, for the erasure of a person.
CREATE TABLE audit_people (
    user_id TEXT NOT NULL,
    entry BIGINT NOT NULL,                   -- seq
    PRIMARY KEY (user_id, entry)
);
CREATE INDEX audit_people_by_entry ON audit_people (entry);

-- Entries without a seal.
CREATE TABLE audit_unsealed (
    entry BIGINT PRIMARY KEY                 -- seq
);

-- The chain: committed entries with their numbers. How digest and hash are made is in docs/audit.md.
CREATE TABLE audit_seals (
    number BIGINT PRIMARY KEY,
    entry BIGINT NOT NULL UNIQUE,            -- seq
    at BIGINT NOT NULL,                      -- of the entry
    digest TEXT NOT NULL,                    -- of the entry's salt and content
    hash TEXT NOT NULL                       -- of the hash before, number, at and digest
);

-- Where the chain begins and ends. One row, which whoever seals keeps locked.
CREATE TABLE audit_chain (
    one BIGINT NOT NULL UNIQUE CHECK (one = 1),
    number BIGINT NOT NULL,                  -- of the newest seal
    hash TEXT NOT NULL,
    anchor_number BIGINT NOT NULL,           -- up to here entries are removed because they were old
    anchor_hash TEXT NOT NULL
);
INSERT INTO audit_chain (one, number, hash, anchor_number, anchor_hash) VALUES
    (1, 0, '0000000000000000000000000000000000000000000000000000000000000000',
     0, '0000000000000000000000000000000000000000000000000000000000000000');

-- What this database is, and whose account at the billing provider it was bound to. One row.
CREATE TABLE installation (
    one BIGINT NOT NULL UNIQUE CHECK (one = 1),
    id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    provider_account TEXT
);

-- What the last comparison of a subscription with the billing provider came to.
CREATE TABLE checks (
    seq INTEGER PRIMARY KEY,
    subscription_id TEXT NOT NULL UNIQUE REFERENCES subscriptions (id) ON DELETE CASCADE,
    stripe_subscription_id TEXT,             -- what was compared
    stripe_item_id TEXT,
    due_at BIGINT NOT NULL,                  -- by the database's clock
    lease_until BIGINT NOT NULL DEFAULT 0,   -- likewise
    looked_at BIGINT,                        -- the last attempt
    checked_at BIGINT,                       -- the last comparison
    in_sync BIGINT,
    synced_at BIGINT,                        -- the last comparison without a difference
    period_ends_at BIGINT,                   -- end of the billing period that the provider told then
    drift_since BIGINT,
    repair_since BIGINT,                     -- since when something differs that is repaired without asking
    repaired_at BIGINT,
    blocks BIGINT NOT NULL DEFAULT 0,        -- nothing that costs money is added
    holds BIGINT NOT NULL DEFAULT 0,         -- no operation is formed
    accepted_operation_id TEXT,              -- an unknown writer that somebody answered for
    findings TEXT NOT NULL DEFAULT '[]'      -- [{"kind", …}]
);
CREATE INDEX checks_due ON checks (due_at);
CREATE INDEX checks_drifting ON checks (seq) WHERE repair_since IS NOT NULL;

CREATE INDEX operations_quoted ON operations (subscription_id, seq) WHERE quoted_minor IS NOT NULL;

-- What wishes would cost, as it was told.
CREATE TABLE quotes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    mandate_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    wish TEXT NOT NULL,                      -- digest of what is wished
    revision TEXT NOT NULL,                  -- digest of all that the offer was made of
    offer TEXT NOT NULL,                     -- amounts and instant, JSON
    prorated BIGINT,                         -- what the change itself comes to within the present period; null: not told
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by TEXT                             -- the change, or the first of a batch, that used it
);
CREATE INDEX quotes_by_wish ON quotes (user_id, mandate_id, wish, created_at);

-- Features that members ask their admins for. Open while it is neither closed nor carried by a change that may still be done.
CREATE TABLE feature_requests (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    mandate_id TEXT NOT NULL REFERENCES mandates (id) ON DELETE CASCADE,
    feature_code TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    note TEXT,
    price_minor BIGINT,                      -- what an instance cost per period when it was asked for; null: no price was known
    currency TEXT,
    asked_at BIGINT NOT NULL,
    closed TEXT CHECK (closed IN ('declined', 'withdrawn')),
    closed_at BIGINT,
    closed_by TEXT,                          -- plain user id
    answer TEXT,
    change_id TEXT                           -- the activation by which it was approved last
);
CREATE INDEX feature_requests_by_mandate ON feature_requests (mandate_id, seq);
CREATE INDEX feature_requests_by_user ON feature_requests (user_id);
CREATE UNIQUE INDEX feature_requests_one_open ON feature_requests (user_id, mandate_id, feature_code)
    WHERE closed IS NULL AND change_id IS NULL;

-- The outbox of notices to a mandate's admins.
CREATE TABLE notices (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    change_id TEXT,                          -- looked at once that change is done, or at once when it is not gated; null: imported
    mandate_id TEXT NOT NULL,
    mail_id TEXT,                            -- the mail that carries it, from its first attempt on
    subject TEXT NOT NULL,
    headline TEXT NOT NULL,
    body_paragraphs TEXT NOT NULL,           -- ["…"]
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,   -- by the database's clock
    sent_at BIGINT,
    last_error TEXT
);
CREATE INDEX notices_by_change ON notices (change_id) WHERE state = 'waiting';
CREATE INDEX notices_waiting ON notices (mandate_id, seq) WHERE state = 'waiting';

-- The inbox of webhooks: what an event says about itself, never what it carries.
CREATE TABLE webhook_events (
    seq INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created_at BIGINT,                       -- at Stripe
    livemode BIGINT,
    account TEXT,
    object_id TEXT,
    object_kind TEXT,
    stripe_subscription_id TEXT,             -- whose state is to be read; null: none
    received_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'foreign', 'dead')),
    attempts BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL DEFAULT 0,    -- by the database's clock
    claimed_by TEXT,                         -- the claim under whose lease it is
    lease_until BIGINT NOT NULL DEFAULT 0,   -- by the database's clock
    settled_at BIGINT,                       -- by the database's clock
    last_error TEXT
);
CREATE INDEX webhook_events_waiting ON webhook_events (stripe_subscription_id, seq) WHERE state = 'waiting';
CREATE INDEX webhook_events_dead ON webhook_events (seq) WHERE state = 'dead';

-- What happened, to be told to the embedding product: ids and codes, no names. Written with what it tells of; `place` is
-- given afterwards, to what is committed, so that whoever reads on from a place misses nothing.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,                 -- made by the database
    place BIGINT UNIQUE,                     -- the order in which all are told; null: not given yet
    kind TEXT NOT NULL,                      -- such as 'instance.activated'
    at BIGINT NOT NULL,
    mandate_id TEXT NOT NULL,
    data TEXT NOT NULL                       -- {…}
);
CREATE INDEX events_without_place ON events (seq) WHERE place IS NULL;
CREATE INDEX events_by_age ON events (at);

-- How far events are told. One row.
CREATE TABLE event_progress (
    one BIGINT NOT NULL UNIQUE CHECK (one = 1),
    place BIGINT NOT NULL,                   -- the last one given
    forgotten BIGINT NOT NULL,               -- up to here events are deleted
    standing_until BIGINT NOT NULL           -- for how long the search for suspended instances is one host's; by the database's clock
);
INSERT INTO event_progress (one, place, forgotten, standing_until) VALUES (1, 0, 0, 0);

-- Where events are sent.
CREATE TABLE event_endpoints (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,                     -- ["…"]; empty: all
    description TEXT,
    state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'gone')),   -- gone: it answered 410
    created_at BIGINT NOT NULL
);

-- What events are signed with: all secrets of an endpoint that are in force.
CREATE TABLE event_secrets (
    seq INTEGER PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES event_endpoints (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,                    -- whsec_…
    created_at BIGINT NOT NULL,
    expires_at BIGINT                        -- null: until the next one is made
);
CREATE INDEX event_secrets_by_endpoint ON event_secrets (endpoint_id);

-- What is to be sent where, and what became of it.
CREATE TABLE event_deliveries (
    seq INTEGER PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES event_endpoints (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,                   -- of the event
    mandate_id TEXT NOT NULL,                -- of the event
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts BIGINT NOT NULL DEFAULT 0,      -- failed ones, since it was last asked for
    asked_at BIGINT NOT NULL,                -- when it was written, or asked for once more
    not_before BIGINT NOT NULL DEFAULT 0,    -- what waits behind one that is put off is put off with it
    claimed_by TEXT,                         -- the claim under whose lease it is
    lease_until BIGINT NOT NULL DEFAULT 0,   -- by the database's clock
    settled_at BIGINT,
    CONSTRAINT event_deliveries_once UNIQUE (endpoint_id, event_id)
);
CREATE INDEX event_deliveries_waiting ON event_deliveries (endpoint_id, mandate_id, place) WHERE state = 'waiting';
CREATE INDEX event_deliveries_due ON event_deliveries (not_before, place) WHERE state = 'waiting';
CREATE INDEX event_deliveries_leased ON event_deliveries (endpoint_id) WHERE state = 'waiting' AND lease_until > 0;
CREATE INDEX event_deliveries_asked ON event_deliveries (asked_at) WHERE state = 'waiting';
CREATE INDEX event_deliveries_dead ON event_deliveries (endpoint_id) WHERE state = 'dead';
CREATE INDEX event_deliveries_by_event ON event_deliveries (event_id);
CREATE INDEX event_deliveries_by_place ON event_deliveries (endpoint_id, place);

-- The log of attempts. Plain ids: it is read beside what it tells of, and goes by its age.
CREATE TABLE event_attempts (
    seq INTEGER PRIMARY KEY,
    endpoint_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    took BIGINT NOT NULL,                    -- milliseconds
    status BIGINT,                           -- of the answer; null: there was none
    error TEXT                               -- why it failed; null: it did not
);
CREATE INDEX event_attempts_by_endpoint ON event_attempts (endpoint_id, seq);
CREATE INDEX event_attempts_by_age ON event_attempts (at);

-- Every module that ever decided, so that its decisions can be replayed and it can be brought back.
CREATE TABLE policy_modules (
    seq INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,             -- SHA-256 in lower-case hexadecimal
    module TEXT NOT NULL,                    -- base64
    first_used_at BIGINT NOT NULL,           -- by the database's clock
    used_at BIGINT NOT NULL,                 -- when it last came into use, as `PolicyStore::keep_policy` says; likewise
    brought_back BIGINT NOT NULL DEFAULT 0   -- 1: that was by a rollback, which other machines are still to follow
);

-- What decides on each host that runs, as it tells from time to time.
CREATE TABLE host_policies (
    seq INTEGER PRIMARY KEY,
    host TEXT NOT NULL UNIQUE,               -- the id that it takes leases under
    name TEXT NOT NULL,                      -- its machine and address
    policy_digest TEXT NOT NULL,
    settings_digest TEXT NOT NULL,
    refused TEXT,                            -- why the file it is told to use does not decide; null: it does
    reported_at BIGINT NOT NULL              -- by the database's clock
);

-- All settings that decisions were ever made under, so that they can be replayed.
CREATE TABLE policy_settings (
    seq INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,             -- SHA-256 in lower-case hexadecimal
    settings TEXT NOT NULL,                  -- JSON, of which the digest is
    first_used_at BIGINT NOT NULL            -- by the database's clock
);

-- What turns a user's id into the pseudonym of the record; it goes with the user.
CREATE TABLE pseudonym_keys (
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    key TEXT NOT NULL                        -- 64 hexadecimal digits
);

-- The record: decisions that changed something, written with the change, and refusals of members, written afterwards.
CREATE TABLE decisions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,                 -- of one that let a change through: the change's
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('activation', 'deactivation', 'mandates', 'sharing')),
    allowed BIGINT NOT NULL,
    mandate_id TEXT NOT NULL,
    feature_code TEXT,
    instance_id TEXT,
    facts TEXT NOT NULL,                     -- JSON, whichever form the policy was asked in
    policy_digest TEXT NOT NULL,
    settings_digest TEXT NOT NULL,
    answer TEXT NOT NULL,                    -- JSON, likewise
    fuel BIGINT NOT NULL,                    -- of the call, which may have been about several decisions of one request
    trace_id TEXT NOT NULL,
    who TEXT                                 -- pseudonym of whoever asked; null: gone before it was written
);
CREATE INDEX decisions_by_mandate ON decisions (mandate_id, seq);
CREATE INDEX decisions_by_trace ON decisions (trace_id);
CREATE INDEX decisions_by_age ON decisions (at);
