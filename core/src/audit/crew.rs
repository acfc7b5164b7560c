//! The crew: as many threads as there are cores, each examining events while the next are read.
//!
//! What they find comes back in the order of the ledger. This module knows nothing of an event but that it can be
//! examined.

use super::examine::{Examined, Held, examine};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Scope;

/// Events that one thread examines at a time.
const SHARE: usize = 256;

type Job = (usize, Vec<Held>);
type Done = (usize, Vec<Examined>);

/// Threads at work.
pub(super) struct Crew {
    jobs: Sender<Job>,
    done: Receiver<Done>,
    /// The number of the next share.
    next: usize,
    /// Shares of a later chunk that were done before an earlier chunk was.
    early: BTreeMap<usize, Vec<Examined>>,
}

/// A chunk that is being examined: its shares, by their numbers.
pub(super) struct UnderWay(Range<usize>);

impl Crew {
    /// Starts the threads; they end when the crew is dropped.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, jobs: &'scope Jobs) -> Self {
        let (sender, receiver) = channel();
        let (tell, done) = channel();
        *jobs.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(receiver);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            let tell = tell.clone();
            scope.spawn(move || work(jobs, &tell));
        }
        Self { jobs: sender, done, next: 0, early: BTreeMap::new() }
    }

    /// Hands a chunk out.
    pub(super) fn examine(&mut self, chunk: Vec<Held>) -> UnderWay {
        let first = self.next;
        let mut chunk = chunk.into_iter();
        loop {
            let share: Vec<Held> = chunk.by_ref().take(SHARE).collect();
            if share.is_empty() || self.jobs.send((self.next, share)).is_err() {
                return UnderWay(first..self.next);
            }
            self.next += 1;
        }
    }

    /// Waits for a chunk, and gives it back in its order.
    pub(super) fn wait(&mut self, UnderWay(shares): UnderWay) -> Vec<Examined> {
        let mut examined = Vec::new();
        for number in shares {
            while !self.early.contains_key(&number) {
                let Ok((done, share)) = self.done.recv() else { return examined };
                self.early.insert(done, share);
            }
            examined.extend(self.early.remove(&number).into_iter().flatten());
        }
        examined
    }
}

/// The queue that the threads share.
#[derive(Default)]
pub(super) struct Jobs(Mutex<Option<Receiver<Job>>>);

impl Jobs {
    fn next(&self) -> Option<Job> {
        // Whoever holds the lock waits for the next job; the others wait for the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.recv().ok()
    }
}

fn work(jobs: &Jobs, tell: &Sender<Done>) {
    while let Some((at, share)) = jobs.next() {
        if tell.send((at, share.into_iter().map(examine).collect())).is_err() {
            return;
        }
    }
}
