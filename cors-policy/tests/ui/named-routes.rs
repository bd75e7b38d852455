static IT: cors::Routes = cors::cors_routes!("shop.yaml", "shop");

fn main() {
    let _ = &IT;
}
