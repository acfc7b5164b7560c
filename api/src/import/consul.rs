//! Consul Democracy's table of proposals: one dated snapshot.
//!
//! A CSV file (`;` or `,`, UTF-8) with `id`, `title`, `description`, `cached_votes_up`, `created_at`
//! and, in most exports, `retired_at`; other columns are ignored. Each row yields the proposal as it
//! stands, its counter and its withdrawal; what is new, edited or unchanged since an earlier snapshot
//! is for the shared comparison with the record, which this module does not see.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ByteRecord, Reader as CsvReader, ReaderBuilder};

use super::fields::{Problem, TEXT_BYTES_MAX, quote};
use super::gather::{Gather, host_of, observed};
use super::instant::Calendar;
use super::observed::{
    Act, Body, Choice, Contribution, ContributionKind, ItemKind, ItemRef, Lang, Observation, ObservedFact,
    Target, Votes, Wording,
};
use super::source::{Counted, LeftOut, Source, Stage};
use super::{ImportError, Progress, Pushed, ReadOptions, files};

/// The format's name on the command line.
pub const FORMAT: &str = "consul";

const LANG: Lang = Lang::Es;
const ZONE: &str = "Europe/Madrid";
/// The longest address of an installation that is taken.
const SITE_BYTES_MAX: usize = 500;
const EXPECT: &str =
    "a table of proposals with the columns id, title, description, cached_votes_up, created_at";

/// Reads the file at `path`. Its proposals belong to the installation `options.platform`.
///
/// # Errors
///
/// The file is missing, empty, cut off, not UTF-8 or not such a table, the moment of the observation
/// or the installation is not stated, or somebody asked to stop.
pub fn read(path: &Path, options: &ReadOptions, progress: &mut Progress) -> Result<Source, ImportError> {
    let Head { delimiter, crlf } = head(path)?;
    let site = options.site.as_deref().map(site).transpose()?;
    let calendar = Calendar::of(path, options, ZONE)?;
    let platform = options.platform.clone().ok_or_else(|| ImportError::NoPlatform { path: path.into() })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (file, passed, size) = files::Passing::open(path, EXPECT)?;
    let mut csv =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(file);
    let mut row = ByteRecord::new();
    let columns = Columns::of(path, &mut csv, &mut row)?;
    let mut reader = Reader {
        path,
        name,
        lang: options.lang.unwrap_or(LANG),
        platform,
        site,
        calendar,
        columns,
        crlf,
        partial: options.partial,
        gather: Gather::new()?,
    };
    progress.stage("reading proposals", Some(size));
    let mut shown = 0;
    loop {
        let more = csv.read_byte_record(&mut row);
        if !more.map_err(|cause| reader.failed(&passed, &cause))? {
            break;
        }
        passed.row();
        progress.advance(passed.bytes().saturating_sub(shown))?;
        shown = passed.bytes();
        reader.row(&row)?;
    }
    if passed.ends_quoted() {
        return Err(ImportError::Malformed {
            path: path.into(),
            place: format!("line {}", csv.position().line()),
            expected: "a quote that closes the last field".into(),
            found: "the end of the file".into(),
            advice: "the file is cut off; fetch it again",
        });
    }
    reader.gather.summary.files.push(passed.manifest(&reader.name));
    reader.conclude()
}

/// The address under which the installation's own pages stand.
fn site(stated: &str) -> Result<String, ImportError> {
    let trimmed = stated.trim().trim_end_matches('/');
    let is_plain = trimmed.len() <= SITE_BYTES_MAX
        && trimmed.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'?' && byte != b'#');
    if is_plain && host_of(trimmed).is_some() {
        return Ok(trimmed.to_owned());
    }
    Err(ImportError::BadSite {
        found: stated.chars().take(60).collect(),
        because: "expected where the installation is found, such as https://decide.madrid.es",
    })
}

/// What the first line shows of how the table is written.
struct Head {
    delimiter: u8,
    /// Lines end with two bytes: the table's reader then counts the line of a row one too low.
    crlf: bool,
}

fn head(path: &Path) -> Result<Head, ImportError> {
    use std::io::Read as _;
    let (file, ..) = files::Passing::open(path, EXPECT)?;
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head).map_err(|cause| ImportError::io(path, EXPECT, cause))?;
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    let delimiter = if count(b';') >= count(b',') { b';' } else { b',' };
    Ok(Head { delimiter, crlf: line.ends_with(b"\r") })
}

/// Where each column stands.
struct Columns {
    id: usize,
    title: usize,
    description: usize,
    votes: usize,
    created_at: usize,
    retired_at: Option<usize>,
    ignored: Vec<String>,
    total: usize,
}

impl Columns {
    fn of(
        path: &Path,
        csv: &mut CsvReader<files::Passing>,
        row: &mut ByteRecord,
    ) -> Result<Self, ImportError> {
        let malformed = |found: String| ImportError::Malformed {
            path: path.into(),
            place: "line 1".into(),
            expected: EXPECT.into(),
            found,
            advice: "is this Consul's export of proposals?",
        };
        let read = csv.read_byte_record(row).map_err(|cause| malformed(cause.to_string()))?;
        let head: Vec<u8> = row.iter().flat_map(|field| field.iter().copied().chain([b';'])).collect();
        let starts_with_mark = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
        if starts_with_mark {
            return Err(files::not_utf8(path, &head, 0, 1));
        }
        let names: Vec<String> =
            row.iter().map(|field| String::from_utf8_lossy(field).trim().to_lowercase()).collect();
        if !read || names.iter().all(String::is_empty) {
            return Err(malformed("no column".into()));
        }
        let find = |name: &str| names.iter().position(|column| column == name);
        let need = |name: &str| {
            find(name).ok_or_else(|| malformed(format!("no `{name}` among {}", quote(&names.join(", ")))))
        };
        let known = ["id", "title", "description", "cached_votes_up", "created_at", "retired_at"];
        Ok(Self {
            id: need("id")?,
            title: need("title")?,
            description: need("description")?,
            votes: need("cached_votes_up")?,
            created_at: need("created_at")?,
            retired_at: find("retired_at"),
            ignored: names.iter().filter(|name| !known.contains(&name.as_str())).cloned().collect(),
            total: names.len(),
        })
    }
}

struct Reader<'a> {
    path: &'a Path,
    name: String,
    lang: Lang,
    platform: String,
    /// The address of the installation, without a slash at its end.
    site: Option<String>,
    calendar: Calendar,
    columns: Columns,
    crlf: bool,
    partial: bool,
    gather: Gather,
}

impl Reader<'_> {
    /// The error of the table's reader: it only fails where the file does.
    fn failed(&self, passed: &files::Passed, cause: &csv::Error) -> ImportError {
        passed.too_long(self.path).unwrap_or_else(|| ImportError::Unreadable {
            path: self.path.into(),
            cause: std::io::Error::other(cause.to_string()),
        })
    }

    fn row(&mut self, row: &ByteRecord) -> Result<(), ImportError> {
        self.gather.summary.count(Counted::Rows);
        let line = row.position().map_or(0, csv::Position::line).saturating_add(u64::from(self.crlf));
        let place = format!("{}, line {line}", self.name);
        if row.len() != self.columns.total {
            let reason =
                Problem::new("the row", format!("{} fields", self.columns.total), row.len().to_string());
            self.gather.refuse(&place, None, reason);
            return Ok(());
        }
        let mut fields = Vec::with_capacity(row.len());
        for field in row {
            match std::str::from_utf8(field) {
                Ok(text) => fields.push(text),
                Err(bad) => {
                    return Err(files::not_utf8(self.path, field, bad.valid_up_to(), line));
                }
            }
        }
        let item = ItemRef::new(ItemKind::Proposal, self.field(&fields, self.columns.id).trim());
        let observations = match self.observations(&fields, &item) {
            Ok(observations) => observations,
            Err(problem) => {
                let item = (!item.external_id.is_empty()).then_some(item);
                self.gather.refuse(&place, item, problem);
                return Ok(());
            }
        };
        for observation in &observations {
            match self.gather.take(&place, observation)? {
                Pushed::New => count(&mut self.gather.summary, &observation.fact),
                Pushed::Same if observation.key.act == Act::Submitted => {
                    self.gather.summary.copies = self.gather.summary.copies.saturating_add(1);
                }
                Pushed::Same => {}
                Pushed::Different => break, // twice in one file: the first row is kept whole
            }
        }
        Ok(())
    }

    fn field<'f>(&self, fields: &[&'f str], column: usize) -> &'f str {
        fields.get(column).copied().unwrap_or_default()
    }

    fn observations(&self, fields: &[&str], item: &ItemRef) -> Result<Vec<Observation>, Problem> {
        let fits = (1..=20).contains(&item.external_id.len());
        if !fits || !item.external_id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::new("id", "a whole number", quote(&item.external_id)));
        }
        let title = self.words(fields, self.columns.title, "title")?;
        let title =
            title.ok_or_else(|| Problem::new("title", "a text that is not empty", "an empty text"))?;
        let body = self.words(fields, self.columns.description, "description")?.map(Body::received);
        let votes = self.field(fields, self.columns.votes).trim();
        let votes: u64 = votes
            .parse()
            .map_err(|_| Problem::new("cached_votes_up", "a whole number, not negative", quote(votes)))?;
        let fact = ObservedFact::Contribution(Contribution {
            kind: ContributionKind::Proposal,
            wording: Wording { title: Some(title.to_owned()), body, annexes: Vec::new(), lang: self.lang },
            author: None,
            url: self.site.as_ref().map(|site| format!("{site}/proposals/{}", item.external_id)),
            section: None,
            topics: Vec::new(),
            addressed_to: Vec::new(),
            changed_in_source: None,
        });
        let created = self.created(self.field(fields, self.columns.created_at))?;
        let mut all = vec![observed(&self.platform, item, Act::Submitted, "", created, fact)];
        let retired = self.columns.retired_at.map(|column| self.field(fields, column).trim());
        if let Some(text) = retired.filter(|text| !text.is_empty()) {
            let at = self.calendar.instant(text);
            let at = at.map_err(|expected| Problem::new("retired_at", expected, quote(text)))?;
            let fact = ObservedFact::Withdrawn(Target { target: item.clone() });
            all.push(observed(&self.platform, item, Act::Withdrawn, "", at, fact));
        }
        let votes = Votes { target: item.clone(), counters: BTreeMap::from([(Choice::Support, votes)]) };
        let (revision, at) = (self.calendar.revision(), self.calendar.observed_at());
        all.push(observed(&self.platform, item, Act::Votes, &revision, at, ObservedFact::Votes(votes)));
        Ok(all)
    }

    fn words<'f>(&self, fields: &[&'f str], column: usize, name: &str) -> Result<Option<&'f str>, Problem> {
        let text = self.field(fields, column);
        if text.len() > TEXT_BYTES_MAX {
            let expected = format!("a text of at most {TEXT_BYTES_MAX} bytes");
            return Err(Problem::new(name, expected, format!("{} bytes", text.len())));
        }
        Ok(Some(text).filter(|text| !text.trim().is_empty()))
    }

    /// The day of the submission. Some exports print the hour after it (`12/01/2024 17`): one and the
    /// same proposal must read the same in both, so the hour is left out.
    fn created(&self, text: &str) -> Result<devenir_core::time::Claimed, Problem> {
        let wrong = |expected: String| Problem::new("created_at", expected, quote(text));
        let (day, hour) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let hour_fits =
            hour.is_empty() || (hour.len() <= 20 && hour.starts_with(|c: char| c.is_ascii_digit()));
        if !hour_fits {
            return Err(wrong("a day such as 14/01/2021, perhaps with an hour".into()));
        }
        self.calendar.day(day).map_err(wrong)
    }

    fn conclude(mut self) -> Result<Source, ImportError> {
        let summary = &mut self.gather.summary;
        if !self.columns.ignored.is_empty() {
            summary.left_out.push(LeftOut {
                what: format!("columns {}", self.columns.ignored.join(", ")),
                count: self.columns.ignored.len() as u64,
                why: "this reader does not take them".into(),
            });
        }
        let until = self.calendar.observed_at();
        // Edits are seen between two snapshots only; answers and moderation are not in the table.
        let covered = [Stage::Submissions, Stage::Versions, Stage::Votes];
        summary.coverage = covered.map(|stage| (stage, until)).into();
        let lists = if self.partial { &[][..] } else { &[ItemKind::Proposal] };
        self.gather.into_source(FORMAT, self.platform, lists, &self.calendar)
    }
}

fn count(summary: &mut super::SourceSummary, fact: &ObservedFact) {
    match fact {
        ObservedFact::Contribution(_) => summary.count(Counted::Proposals),
        ObservedFact::Withdrawn(_) => summary.count(Counted::Withdrawals),
        ObservedFact::Votes(votes) => {
            summary.count(Counted::Counters);
            summary.add(Counted::VotesOnItems, votes.total());
        }
        ObservedFact::ReferenceText(_)
        | ObservedFact::Amendment(_)
        | ObservedFact::Argument(_)
        | ObservedFact::SourceCited(_)
        | ObservedFact::BallotOpened(_)
        | ObservedFact::BallotClosed(_)
        | ObservedFact::Published(_)
        | ObservedFact::Moderation(_)
        | ObservedFact::ThresholdReached(_)
        | ObservedFact::Response(_)
        | ObservedFact::ResponseCorrected(_)
        | ObservedFact::ResponseRevised(_)
        | ObservedFact::Debate(_)
        | ObservedFact::Revised(_)
        | ObservedFact::Gap(_) => {} // this format has none of them
    }
}
