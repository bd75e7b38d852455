//! The macros as a user meets them: a crate of its own that renames the dependency, builds, rebuilds
//! when the policy is edited, and shows every fault of the policy.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]
#![cfg(feature = "macros")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MAIN: &str = r#"
static POLICY: cors::Policy = cors::cors_policy!("policy.yaml");
static ROUTES: cors::Routes = cors::cors_routes!("policy.yaml");

fn main() {
    for origin in ["https://a.example", "https://b.example"] {
        let request = cors::Request::new("GET").origin(origin);
        println!("{origin} {}", POLICY.decide(&request).is_allowed());
    }
    println!("{:?}", ROUTES.policy("/api/x").map(|policy| policy.name()));
}
"#;

const POLICY: &str = "version: 1
policies:
  p:
    allow_origins: [https://a.example]
routes:
  - {path: /api/**, policy: p}
";

struct Crate {
    directory: PathBuf,
}

impl Crate {
    /// The name is the package's too: the tests run at the same time, in one target folder.
    fn new(name: &str) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::remove_dir_all(directory.join("src")).ok();
        std::fs::create_dir_all(directory.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ncors = {{ package = \"cors-policy\", path = {:?} }}\n\n[workspace]\n",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        std::fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        let user = Self { directory };
        user.write("src/main.rs", MAIN);
        user
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.directory.join(name), text).unwrap();
    }

    fn cargo(&self, verb: &str) -> Output {
        Command::new(env!("CARGO"))
            .args([verb, "--quiet", "--offline"])
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("users"))
            .output()
            .unwrap()
    }

    fn run(&self) -> String {
        let output = self.cargo("run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn errors(&self) -> String {
        let output = self.cargo("check");
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn a_crate_that_renames_the_dependency_builds_and_rebuilds() {
    let user = Crate::new("renamed");
    user.write("policy.yaml", POLICY);
    assert_eq!(user.run(), "https://a.example true\nhttps://b.example false\nSome(\"p\")\n");

    user.write("policy.yaml", &POLICY.replace("[https://a.example]", "[https://b.example]"));
    assert_eq!(user.run(), "https://a.example false\nhttps://b.example true\nSome(\"p\")\n");
}

const STAGING: &str = r#"
static POLICY: cors::Policy = cors::cors_policy!("policy.yaml", "p", environment = "staging");
static ROUTES: cors::Routes = cors::cors_routes!("policy.yaml", environment = "staging",);

fn main() {
    for policy in [&POLICY, &cors::cors_policy!("policy.yaml"), ROUTES.policy("/api/x").unwrap()] {
        println!("{} {}", policy.allows_origin("https://a.example"), policy.allows_origin("https://b.example"));
    }
}
"#;

#[test]
fn a_policy_is_built_for_an_environment() {
    let user = Crate::new("environment");
    let change =
        "environments:\n  staging:\n    p: {add_origins: [https://b.example], remove_origins: [https://a.example]}\n";
    user.write("policy.yaml", &format!("{POLICY}{change}"));
    user.write("src/main.rs", STAGING);
    assert_eq!(user.run(), "false true\ntrue false\nfalse true\n");
}

const LIBRARY: &str = r#"
//! Policies where libraries have them: in a static, in a function, in a module, behind a constant.

pub static SHOP: cors::Policy = cors::cors_policy!("policy.yaml", "p");

pub mod inner {
    pub const SHOP: &cors::Policy = &cors::cors_policy!("policy.yaml");

    pub fn routes() -> &'static cors::Routes {
        static ROUTES: cors::Routes = cors::cors_routes!("policy.yaml");
        &ROUTES
    }
}

pub fn allows(origin: &str) -> bool {
    // Names of the caller's own do not get in the way.
    #[allow(dead_code)]
    struct Policy;
    #[allow(non_upper_case_globals, dead_code)]
    const Some: u8 = 0;
    let policy: &'static cors::Policy = &const { cors::cors_policy!("policy.yaml") };
    policy.allows_origin(origin)
}
"#;

const USER: &str = r#"
fn main() {
    let here: cors::Policy = cors::cors_policy!("policy.yaml");
    let request = cors::Request::new("GET").origin("https://a.example");
    let policies = [&here, &inline::SHOP, inline::inner::SHOP, inline::inner::routes().policy("/api/x").unwrap()];
    println!("{}", policies.iter().all(|policy| policy.decide(&request).is_allowed()));
    println!("{}", inline::allows("https://a.example"));
}
"#;

#[test]
fn a_library_and_a_binary_have_policies_inline() {
    let user = Crate::new("inline");
    user.write("policy.yaml", POLICY);
    user.write("src/lib.rs", LIBRARY);
    user.write("src/main.rs", USER);
    assert_eq!(user.run(), "true\ntrue\n");
}

/// What `cors compile --target rust` writes says `::cors_policy`.
const GENERATED: &str = r#"
extern crate cors as cors_policy;

mod cors_policies;

fn main() {
    println!("{}", cors_policies::STOREFRONT.allows_origin("https://shop.example"));
}
"#;

#[test]
fn a_generated_file_stands_in_a_crate_that_renames_the_dependency() {
    let user = Crate::new("generated");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("compiler/tests/golden/rust/shop/cors_policies.rs");
    user.write("src/cors_policies.rs", &std::fs::read_to_string(golden).unwrap());
    user.write("src/main.rs", GENERATED);
    assert_eq!(user.run(), "true\n");
}

/// Each fault of a macro's input, and what the compiler shows for it: `tests/ui/*.rs` and `*.txt`.
/// `UPDATE_GOLDEN=1 cargo test -p cors-policy --test build` writes the latter anew.
#[test]
fn every_fault_is_shown_with_its_place() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let user = Crate::new("user");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for policies in files.iter().filter(|file| file.extension().unwrap() == "yaml") {
        let name = policies.file_name().unwrap().to_str().unwrap();
        user.write(name, &std::fs::read_to_string(policies).unwrap());
    }
    for case in files.iter().filter(|file| file.extension().unwrap() == "rs") {
        user.write("src/main.rs", &std::fs::read_to_string(case).unwrap());
        let shown = user.errors().replace(user.directory.to_str().unwrap(), "…");
        let golden = case.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &shown).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(shown == expected, "{} differs:\n{shown}", golden.display());
    }
}
