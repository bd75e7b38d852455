static IT: cors::Policy = cors::cors_policy!("no-yaml.yaml");

fn main() {
    let _ = &IT;
}
