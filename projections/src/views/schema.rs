//! The tables of the views, and the version that stands for them and for what is folded into them.
//!
//! Every thing is named by the position of the event that made it (`docs/design.md`, Views): rows point at each
//! other with these integers, and 32-byte ids stand in one table. Nothing here says how a table is filled.
//!
//! ```text
//! consultation ─┬─ body, phase, coverage, import, gap, figure
//!               └─ subject ─┬─ version ─┬─ text       what may be served, and nothing else
//!                           │           └─ withheld   what may not: read by the fold alone
//!                           ├─ source   where it stands at its platform
//!                           ├─ step     the events that concern it
//!                           ├─ tally, set_aside, paper, counter  counted, counted by hand, reported: never added
//!                           └─ answer ─ response ─ correction
//! event: position <─> intent id         irregularity: what an observed fact did not respect
//! ```

/// Changed with every change of the tables below or of what the fold puts into them.
pub const VIEW_VERSION: i32 = 9;

/// `DVNV`: what tells `file` and `sqlite3` whose database it is.
pub(crate) const APPLICATION_ID: i32 = 0x4456_4e56;

/// The tables of an empty view, with the indexes that the fold itself asks.
pub(crate) const TABLES: &str = r#"
CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 0), log BLOB, size INTEGER NOT NULL, leaf BLOB) STRICT;
INSERT INTO meta VALUES (0, NULL, 0, NULL);

-- Of the leaf hash, its first eight bytes as an integer: the whole of it is compared with the record.
CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, leaf INTEGER NOT NULL) STRICT;
-- Eight bytes of a digest find it; the whole of it is compared with the row.
CREATE INDEX event_by_id ON event (substr(id, 1, 8));

CREATE TABLE consultation (
    position INTEGER PRIMARY KEY, stream BLOB NOT NULL, slug TEXT NOT NULL, kind TEXT NOT NULL,
    lang TEXT NOT NULL, origin TEXT NOT NULL, zone TEXT NOT NULL, trust TEXT NOT NULL,
    title TEXT, description TEXT, absent TEXT,
    platform TEXT, url TEXT, address TEXT,
    rules TEXT, rules_version INTEGER NOT NULL DEFAULT 0,
    recorded_at INTEGER NOT NULL, claimed_at INTEGER, precision TEXT NOT NULL,
    closed INTEGER, closed_at INTEGER
) STRICT;
CREATE INDEX consultation_by_stream ON consultation (stream);
CREATE INDEX consultation_by_slug ON consultation (slug);

CREATE TABLE body (
    consultation INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (consultation, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE phase (
    consultation INTEGER NOT NULL, number INTEGER NOT NULL,
    opened_at INTEGER, until INTEGER, extended INTEGER NOT NULL DEFAULT 0, closed_at INTEGER,
    PRIMARY KEY (consultation, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
    consultation INTEGER NOT NULL, stage TEXT NOT NULL, observed_until INTEGER NOT NULL,
    PRIMARY KEY (consultation, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE import (
    position INTEGER PRIMARY KEY, consultation INTEGER NOT NULL, facts TEXT NOT NULL
) STRICT;

CREATE TABLE gap (
    position INTEGER PRIMARY KEY, consultation INTEGER NOT NULL, cause TEXT NOT NULL,
    platform TEXT, kind TEXT, external_id TEXT, url TEXT
) STRICT;
CREATE INDEX gap_by_consultation ON gap (consultation);

-- The credentials that were given a role, and what became of it. One whose key took over from another's has that one's
-- role and name: `granted` is where these were said.
CREATE TABLE credential (
    id BLOB PRIMARY KEY, position INTEGER NOT NULL, stream BLOB NOT NULL, facts TEXT NOT NULL,
    name TEXT, mandate TEXT, mandated INTEGER NOT NULL, recorded_at INTEGER NOT NULL, standing TEXT NOT NULL,
    granted INTEGER NOT NULL, succeeds BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_by_stream ON credential (stream);
CREATE INDEX credential_by_position ON credential (position);
CREATE INDEX credential_by_grant ON credential (granted);

-- What was erased or taken down, part by part: since which event it counts, none for what waits for its second hand, and
-- where it was carried out.
CREATE TABLE erasure (
    position INTEGER PRIMARY KEY, stream BLOB NOT NULL, target INTEGER NOT NULL, mask INTEGER NOT NULL,
    scope TEXT NOT NULL, ground TEXT NOT NULL, requester TEXT, recorded_at INTEGER NOT NULL,
    since INTEGER, since_at INTEGER, completed INTEGER
) STRICT;
CREATE INDEX erasure_by_target ON erasure (target);
CREATE INDEX erasure_since ON erasure (since) WHERE since IS NOT NULL;
CREATE INDEX erasure_due ON erasure (since) WHERE since IS NOT NULL AND completed IS NULL;

-- What was declared lost: the acts that say so, by the event whose parts they name.
CREATE TABLE loss (
    target INTEGER NOT NULL, position INTEGER NOT NULL, mask INTEGER NOT NULL, PRIMARY KEY (target, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure (
    consultation INTEGER NOT NULL, thing TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (consultation, thing)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject (
    position INTEGER PRIMARY KEY, consultation INTEGER NOT NULL,
    -- What its number counts under: the consultation, or for an amendment the numbered root.
    under INTEGER, number INTEGER, parent INTEGER, root INTEGER,
    kind TEXT NOT NULL, genre TEXT, lang TEXT NOT NULL, channel TEXT, theme INTEGER, territory INTEGER,
    trust TEXT NOT NULL, recorded_at INTEGER NOT NULL, claimed_at INTEGER, precision TEXT NOT NULL,
    story_at INTEGER NOT NULL, source_changed_at INTEGER,
    author_name TEXT, author_tag TEXT, author_absent TEXT, place TEXT,
    version INTEGER NOT NULL, versions INTEGER NOT NULL,
    published_at INTEGER, awaits INTEGER NOT NULL, withdrawn_at INTEGER,
    visibility TEXT NOT NULL, inadmissible INTEGER NOT NULL, measure INTEGER,
    -- Weight of the live supports counted here, or in an observed consultation those last reported.
    support INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE version (
    position INTEGER PRIMARY KEY, subject INTEGER NOT NULL, number INTEGER NOT NULL,
    material INTEGER, seen_before INTEGER, trust TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, claimed_at INTEGER, precision TEXT NOT NULL, absent TEXT
) STRICT;
CREATE INDEX version_by_subject ON version (subject);

CREATE TABLE text (
    version INTEGER PRIMARY KEY, title TEXT, body TEXT, changes TEXT, link TEXT, redacted INTEGER NOT NULL
) STRICT;
CREATE TABLE withheld (
    version INTEGER PRIMARY KEY, title TEXT, body TEXT, changes TEXT, link TEXT
) STRICT;
CREATE TABLE redaction (
    subject INTEGER PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL, title TEXT, body TEXT
) STRICT;
CREATE VIRTUAL TABLE search USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

CREATE TABLE source (
    subject INTEGER PRIMARY KEY, platform TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    url TEXT, address TEXT
) STRICT;
CREATE INDEX source_by_key ON source (external_id, kind, platform);
CREATE INDEX source_by_address ON source (address) WHERE address IS NOT NULL;

CREATE TABLE step (
    subject INTEGER NOT NULL, position INTEGER NOT NULL, type INTEGER NOT NULL, story_at INTEGER NOT NULL,
    PRIMARY KEY (subject, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE ballot (
    position INTEGER PRIMARY KEY, consultation INTEGER NOT NULL, subject INTEGER, kind TEXT NOT NULL,
    withheld INTEGER NOT NULL, votes_per_person INTEGER, definition TEXT, trust TEXT NOT NULL,
    opened_at INTEGER NOT NULL, closed INTEGER, closed_at INTEGER, per_territory INTEGER NOT NULL
) STRICT;
CREATE INDEX ballot_by_subject ON ballot (subject) WHERE subject IS NOT NULL;

-- How the vote of one tag stands: 0 live, 1 retracted, 2 set aside on a ground.
CREATE TABLE vote (
    ballot INTEGER NOT NULL, tag BLOB NOT NULL, target INTEGER NOT NULL,
    standing INTEGER NOT NULL, ground INTEGER, version INTEGER NOT NULL,
    choice INTEGER NOT NULL, option INTEGER NOT NULL, weight INTEGER NOT NULL, territory INTEGER,
    PRIMARY KEY (ballot, tag, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    target INTEGER NOT NULL, ballot INTEGER NOT NULL, version INTEGER NOT NULL,
    choice INTEGER NOT NULL, option INTEGER NOT NULL, votes INTEGER NOT NULL, weight INTEGER NOT NULL,
    PRIMARY KEY (target, ballot, version, choice, option)
) STRICT, WITHOUT ROWID;

-- The same votes by territory, in ballots that count so.
CREATE TABLE tally_by_territory (
    target INTEGER NOT NULL, ballot INTEGER NOT NULL, version INTEGER NOT NULL, territory INTEGER NOT NULL,
    choice INTEGER NOT NULL, option INTEGER NOT NULL, votes INTEGER NOT NULL, weight INTEGER NOT NULL,
    PRIMARY KEY (target, ballot, version, territory, choice, option)
) STRICT, WITHOUT ROWID;

CREATE TABLE set_aside (
    target INTEGER NOT NULL, ballot INTEGER NOT NULL, ground TEXT NOT NULL, votes INTEGER NOT NULL,
    PRIMARY KEY (target, ballot, ground)
) STRICT, WITHOUT ROWID;

CREATE TABLE paper (
    target INTEGER NOT NULL, ballot INTEGER NOT NULL, version INTEGER NOT NULL,
    choice INTEGER NOT NULL, option INTEGER NOT NULL, territory INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (target, ballot, version, choice, option, territory)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    subject INTEGER NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL, claimed_at INTEGER, precision TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (subject, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE threshold (
    subject INTEGER NOT NULL, brings TEXT NOT NULL, position INTEGER NOT NULL, reached_at INTEGER NOT NULL,
    PRIMARY KEY (subject, brings)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    subject INTEGER NOT NULL, position INTEGER NOT NULL, fate TEXT NOT NULL, decided_at INTEGER NOT NULL,
    facts TEXT, signatory TEXT, minutes TEXT,
    PRIMARY KEY (subject, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE response (
    position INTEGER PRIMARY KEY, consultation INTEGER NOT NULL, trust TEXT NOT NULL, facts TEXT NOT NULL,
    signatory TEXT, signatory_absent TEXT, act TEXT, act_absent TEXT,
    recorded_at INTEGER NOT NULL, claimed_at INTEGER, precision TEXT NOT NULL, published_at INTEGER NOT NULL,
    supersedes INTEGER, superseded_by INTEGER
) STRICT;
CREATE TABLE answer (
    subject INTEGER NOT NULL, response INTEGER NOT NULL, PRIMARY KEY (subject, response)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_by_response ON answer (response);
CREATE TABLE correction (
    position INTEGER PRIMARY KEY, response INTEGER NOT NULL, corrects TEXT NOT NULL,
    corrected_at INTEGER NOT NULL, signatory TEXT, signatory_absent TEXT, act TEXT, act_absent TEXT
) STRICT;
CREATE INDEX correction_by_response ON correction (response);

-- Where the events of a consultation stand: a bit for each of the 32 positions of a block.
CREATE TABLE presence (
    consultation INTEGER NOT NULL, block INTEGER NOT NULL, mask INTEGER NOT NULL,
    PRIMARY KEY (consultation, block)
) STRICT, WITHOUT ROWID;

CREATE TABLE irregularity (
    position INTEGER NOT NULL, norm TEXT NOT NULL, consultation INTEGER, subject INTEGER,
    PRIMARY KEY (position, norm)
) STRICT, WITHOUT ROWID;
"#;

/// The indexes that only readers ask: a file that is built anew gets them at its end, each sorted at once. None holds a
/// word that somebody wrote.
pub(crate) const INDEXES: &str = "
CREATE INDEX event_by_leaf ON event (leaf);
CREATE INDEX subject_by_number ON subject (under, number) WHERE under IS NOT NULL;
CREATE INDEX subject_by_support ON subject (under, support) WHERE under IS NOT NULL;
CREATE INDEX subject_by_parent ON subject (parent, kind) WHERE parent IS NOT NULL;
";
