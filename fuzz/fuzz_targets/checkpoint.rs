//! Any bytes as: checkpoint. What must hold of them is `devenir_fuzz::checkpoint`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("checkpoint"), |bytes: &[u8]| devenir_fuzz::checkpoint(bytes));
