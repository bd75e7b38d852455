static IT: cors::Policy = cors::cors_policy!(SHOP);

fn main() {
    let _ = &IT;
}
