//! The policies that the tests share.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses some of them")]

pub(crate) mod policies;

pub(crate) use policies::{FEW, PUBLIC_ASSETS as ASSETS, ROUTES, SANDBOX, STOREFRONT};
