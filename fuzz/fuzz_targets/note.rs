//! Any bytes as: note. What must hold of them is `devenir_fuzz::note`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("note"), |bytes: &[u8]| devenir_fuzz::note(bytes));
