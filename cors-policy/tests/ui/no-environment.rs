static IT: cors::Routes = cors::cors_routes!("shop.yaml", deployment = "staging");

fn main() {
    let _ = &IT;
}
