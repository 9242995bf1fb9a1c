//! Security requirements become auth blocks.

use serde_json::Value;

use super::super::build::{auth, fields, left_out, no_auth, text};
use super::operation::Context;
use crate::diagnostic::Diagnostics;

/// The auth block of a list of requirements; `None` if nothing is said. The first one that can be met is taken: any of
/// them is enough (§4.8.30).
pub(super) fn of(
    description: &Value,
    requirements: Option<&Value>,
    notes: &mut Diagnostics,
    place: &str,
) -> Option<Value> {
    let requirements = requirements?.as_array()?;
    let mut first = None;
    for requirement in requirements {
        let schemes: Vec<(&String, &Value)> = requirement.as_object().into_iter().flatten().collect();
        let [(name, scopes), rest @ ..] = &schemes[..] else {
            // One without schemes: whoever comes is served.
            first.get_or_insert_with(no_auth);
            continue;
        };
        let block = scheme(description, name, scopes);
        if first.is_none() {
            for (more, _) in rest {
                left_out(notes, place, "", &format!("{more} is needed beside {name}"));
            }
            if block.is_none() {
                left_out(notes, place, "", &format!("the security scheme {name} is none that Postman has"));
            }
        }
        first = first.or(block);
    }
    first.or_else(|| requirements.is_empty().then(no_auth))
}

/// The block of a scheme, with variables for what is secret.
fn scheme(description: &Value, name: &str, scopes: &Value) -> Option<Value> {
    let schemes = description.get("components")?.get("securitySchemes")?;
    let scheme = Context { description }.resolved(schemes.get(name)?);
    let variable = |it: &str| format!("{{{{{it}}}}}");
    match text(scheme, "type") {
        "http" => match text(scheme, "scheme").to_ascii_lowercase().as_str() {
            "basic" => {
                Some(auth("basic", &[("username", variable("username")), ("password", variable("password"))]))
            }
            "digest" => Some(auth(
                "digest",
                &[("username", variable("username")), ("password", variable("password"))],
            )),
            "bearer" => Some(auth("bearer", &[("token", variable("bearerToken"))])),
            _ => None,
        },
        "apiKey" => {
            let place = text(scheme, "in");
            let key = text(scheme, "name").to_owned();
            match place {
                "header" | "query" => Some(auth(
                    "apikey",
                    &[("key", key), ("value", variable("apiKey")), ("in", place.to_owned())],
                )),
                // A cookie is a header.
                "cookie" => Some(auth(
                    "apikey",
                    &[
                        ("key", "Cookie".to_owned()),
                        ("value", format!("{key}={}", variable("apiKey"))),
                        ("in", "header".to_owned()),
                    ],
                )),
                _ => None,
            }
        }
        "oauth2" => Some(oauth2(scheme, scopes)),
        "openIdConnect" => Some(auth("bearer", &[("token", variable("accessToken"))])),
        _ => None,
    }
}

/// The flows that Postman has, best first, and what it calls them.
const FLOWS: [(&str, &str); 4] = [
    ("authorizationCode", "authorization_code"),
    ("clientCredentials", "client_credentials"),
    ("password", "password_credentials"),
    ("implicit", "implicit"),
];

fn oauth2(scheme: &Value, scopes: &Value) -> Value {
    let flows = &scheme["flows"];
    let (flow, grant) = FLOWS
        .into_iter()
        .find_map(|(key, grant)| Some((flows.get(key)?, grant)))
        .unwrap_or((&Value::Null, "authorization_code"));
    let named: Vec<&str> = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // A requirement without scopes asks for those that there are.
    let all: Vec<&str> = match &named[..] {
        [] => fields(flow, "scopes").map(|(name, _)| name.as_str()).collect(),
        named => named.to_vec(),
    };
    let variable = |it: &str| format!("{{{{{it}}}}}");
    auth(
        "oauth2",
        &[
            ("grant_type", grant.to_owned()),
            ("authUrl", text(flow, "authorizationUrl").to_owned()),
            ("accessTokenUrl", text(flow, "tokenUrl").to_owned()),
            ("refreshTokenUrl", text(flow, "refreshUrl").to_owned()),
            ("clientId", variable("clientId")),
            ("clientSecret", variable("clientSecret")),
            ("accessToken", variable("accessToken")),
            ("scope", all.join(" ")),
            ("addTokenTo", "header".to_owned()),
        ],
    )
}

/// Whether a header is one that auth writes.
pub(super) fn is_written_by_auth(description: &Value, header: &str) -> bool {
    let schemes = description.get("components").map(|it| fields(it, "securitySchemes").map(|(_, it)| it));
    header.eq_ignore_ascii_case("authorization")
        || schemes.into_iter().flatten().any(|it| {
            text(it, "type") == "apiKey"
                && text(it, "in") == "header"
                && text(it, "name").eq_ignore_ascii_case(header)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::build::list;
    use super::*;

    #[test]
    fn the_first_requirement_that_can_be_met() {
        let description = json!({"components": {"securitySchemes": {
            "odd": {"type": "mutualTLS"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "code": {"type": "oauth2", "flows": {"authorizationCode": {
                "authorizationUrl": "https://a", "tokenUrl": "https://t", "scopes": {"r": "", "w": ""}}}},
        }}});
        let kind = |requirements: Value| {
            let block = of(&description, Some(&requirements), &mut Diagnostics::default(), "");
            block.map(|it| text(&it, "type").to_owned())
        };
        assert_eq!(kind(json!([])).as_deref(), Some("noauth"));
        assert_eq!(kind(json!([{}])).as_deref(), Some("noauth"));
        assert_eq!(kind(json!([{"odd": []}, {"key": []}])).as_deref(), Some("apikey"));
        assert_eq!(kind(json!([{"odd": []}])), None);
        assert_eq!(kind(json!([{"nothing": []}])), None);
        assert_eq!(kind(json!("x")), None);
        let block =
            of(&description, Some(&json!([{"code": ["r"]}])), &mut Diagnostics::default(), "").unwrap();
        let rows = list(&block, "oauth2");
        assert!(rows.iter().any(|it| text(it, "key") == "scope" && text(it, "value") == "r"), "{rows:?}");
    }
}
