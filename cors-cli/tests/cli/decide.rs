//! `cors decide`.

use crate::{code, cors, stderr, stdout};

#[test]
fn decide_says_what_a_browser_makes_of_it() {
    let credentials = "--credentials";
    for (arguments, expected, line) in [
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com"][..],
            0,
            "policies/spa.yaml:9:9: `https://app.example.com` allows the origin",
        ),
        (
            &[
                "policies/spa.yaml",
                "--origin",
                "https://app.example.com",
                "--method",
                "put",
                "--header",
                "X-CSRF-Token",
                credentials,
            ],
            0,
            "`x-csrf-token` is allowed",
        ),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com.evil.test"],
            1,
            "no entry allows `https://app.example.com.evil.test`",
        ),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com", "--method", "QUERY"],
            1,
            "`QUERY` is not in `allow_methods`",
        ),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com", "--header", "x-a"],
            1,
            "`x-a` not in `allow_headers`",
        ),
        (
            &["policies/public-api.yaml", "--origin", "https://x.example", credentials],
            1,
            "`*` never goes with credentials",
        ),
        (
            &["policies/partners.yaml", "--origin", "https://partner.example", credentials],
            1,
            "that takes `allow_credentials: true`",
        ),
        (
            &["policies/shop.yaml", "--path", "/api/x", "--origin", "https://a.b.shop.example"],
            0,
            "under policy storefront",
        ),
        (
            &["policies/shop.yaml", "--path", "/api/health", "--origin", "https://shop.example"],
            1,
            "no policy answers /api/health",
        ),
        (&["policies/spa.yaml", "--origin", "https://App.example.com"], 1, "no browser sends this origin"),
    ] {
        let output = cors(&[&["decide"], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {output:?}");
        assert!(stdout(&output).contains(line), "{arguments:?}: {}", stdout(&output));
    }
    for (arguments, message) in [
        (&["policies/shop.yaml", "--origin", "https://a.example"][..], "give --policy or --path"),
        (&["policies/spa.yaml", "--origin", "https://a.example", "--policy", "q"], "it has: spa"),
        (&["policies/spa.yaml", "--origin", "https://a.example", "--method", "A B"], "`A B` is not a method"),
        (&["policies/spa.yaml", "--origin", "https://a.example", "--path", "x"], "--path begins with `/`"),
    ] {
        let output = cors(&[&["decide"], arguments].concat());
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn what_no_script_can_do_is_told_apart() {
    for (arguments, expected, line) in [
        (&["policies/spa.yaml", "--origin", "https://app.example.com", "--header", "accept"][..], 0, "allowed"),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com", "--header", "cookie"],
            1,
            "forbidden request-header",
        ),
        (&["policies/spa.yaml", "--origin", "https://app.example.com", "--method", "trace"], 1, "forbidden method"),
        (
            &["policies/shop.yaml", "--path", "/api/catalogue/search?q=1", "--origin", "https://shop.example"],
            0,
            "under policy search",
        ),
        (&["policies/shop.yaml", "--path", "/api/health", "--origin", "https://shop.example"], 1, "path: /api/health"),
    ] {
        let output = cors(&[&["decide"], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {output:?}");
        assert!(stdout(&output).contains(line), "{arguments:?}: {}", stdout(&output));
    }
    for (arguments, message) in [
        (&["policies/spa.yaml", "--origin", ""][..], "--origin is empty"),
        (&["policies/shop.yaml", "--origin", "https://a.example", "--path", "/a/../b"], "without `.` and `..`"),
    ] {
        let output = cors(&[&["decide"], arguments].concat());
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
    }
}
