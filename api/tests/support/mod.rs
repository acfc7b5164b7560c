//! The whole story in a store of its own, opened at noon of its day of loading.
//!
//! Shared by the tests of what is served; each mounts the router that it asks.

use devenir_api::app::App;
use devenir_api::story::{Loading, Story, create};
use devenir_core::time::Timestamp;
use devenir_core::writer::{ManualClock, Random, SeededRandom};
use jiff::civil::date;
use std::sync::Arc;

/// Noon of the day of loading, in the town.
const TODAY: Timestamp = Timestamp(1_805_108_400_000);

/// The instance, and the directory that lasts as long as it is kept.
pub(crate) fn story() -> (Arc<App>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("registre");
    let seeded = |name| -> Box<dyn Random> { Box::new(SeededRandom::new(name)) };
    let loading = Loading { day: date(2027, 3, 15), slice: None };
    create(&store, &Story::villeneuve().unwrap(), &loading, seeded("keys"), seeded("register")).unwrap();
    (Arc::new(App::open(&store, Arc::new(ManualClock::new(TODAY))).unwrap()), dir)
}
