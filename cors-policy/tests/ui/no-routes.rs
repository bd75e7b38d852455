static IT: cors::Routes = cors::cors_routes!("shop.yaml");

fn main() {
    let _ = &IT;
}
