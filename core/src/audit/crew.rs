//! The crew: as many threads as there are cores, each examining events while the next are read.
//!
//! What they find comes back in the order of the ledger. This module knows nothing of an event but that it can be
//! examined.

use super::examine::{Examined, Held, examine};
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
}

/// A chunk that is being examined.
pub(super) struct UnderWay {
    shares: usize,
}

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
        Self { jobs: sender, done }
    }

    /// Hands a chunk out.
    pub(super) fn examine(&self, chunk: Vec<Held>) -> UnderWay {
        let mut chunk = chunk.into_iter();
        let mut shares = 0;
        loop {
            let share: Vec<Held> = chunk.by_ref().take(SHARE).collect();
            if share.is_empty() || self.jobs.send((shares, share)).is_err() {
                return UnderWay { shares };
            }
            shares += 1;
        }
    }

    /// Waits for a chunk, and gives it back in its order.
    pub(super) fn wait(&self, chunk: &UnderWay) -> Vec<Examined> {
        let mut done: Vec<Done> = self.done.iter().take(chunk.shares).collect();
        done.sort_unstable_by_key(|(at, _)| *at);
        done.into_iter().flat_map(|(_, examined)| examined).collect()
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
