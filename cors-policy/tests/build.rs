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
    fn new(name: &str) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(directory.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ncors = {{ package = \"cors-policy\", path = {:?} }}\n\n[workspace]\n",
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
            .env("CARGO_TARGET_DIR", self.directory.join("target"))
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
fn a_crate_builds_rebuilds_and_shows_the_faults_of_its_policy() {
    let user = Crate::new("user");
    user.write("policy.yaml", POLICY);
    assert_eq!(user.run(), "https://a.example true\nhttps://b.example false\nSome(\"p\")\n");

    user.write("policy.yaml", &POLICY.replace("[https://a.example]", "[https://b.example]"));
    assert_eq!(user.run(), "https://a.example false\nhttps://b.example true\nSome(\"p\")\n");

    user.write(
        "src/main.rs",
        "static P: cors::Policy = cors::cors_policy!(\"policy.yaml\");\nfn main() { P.name(); }\n",
    );
    user.write("policy.yaml", &POLICY.replace("[https://a.example]", "[https://A.example, 'https://b.example/']"));
    let errors = user.errors();
    for part in [
        "error: [origin-uppercase] browsers send the host in lower case (in `https://A.example`)",
        "--> policy.yaml:4:29",
        "4 |     allow_origins: [https://A.example, 'https://b.example/']",
        "help: write `https://a.example`",
        "error: [origin-with-path] an origin has no trailing slash",
        "src/main.rs:1:",
    ] {
        assert!(errors.contains(part), "{part}\n{errors}");
    }
    let headlines = errors.lines().filter(|line| line.starts_with("error: [")).count();
    assert_eq!(headlines, 2, "one error for each fault:\n{errors}");
    assert!(!errors.contains("mismatched types"), "{errors}");

    for (input, expected) in [
        ("cors_policy!(\"none.yaml\")", "cannot read none.yaml"),
        ("cors_policy!(\"policy.yaml\", \"q\")", "policy.yaml has no policy \"q\""),
        ("cors_routes!(\"policy.yaml\", \"p\")", "leave this out"),
        ("cors_policy!(policy)", "expected string literal"),
    ] {
        user.write("policy.yaml", POLICY);
        user.write("src/main.rs", &format!("fn main() {{ let _ = cors::{input}; }}\n"));
        let errors = user.errors();
        assert!(errors.contains(expected), "{input}: {errors}");
    }
}
