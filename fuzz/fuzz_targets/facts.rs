//! Any bytes as: facts. What must hold of them is `devenir_fuzz::facts`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("facts"), |bytes: &[u8]| devenir_fuzz::facts(bytes));
