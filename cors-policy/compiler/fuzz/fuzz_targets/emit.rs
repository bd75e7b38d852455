//! libFuzzer on the target `emit` of `cors-fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cors_fuzz::emit::run(data));
