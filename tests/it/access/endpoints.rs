//! The table: every endpoint with what each kind of caller is answered, as status and code.

/// One endpoint, asked about the mandate `m-open`.
pub(super) struct Endpoint {
    /// Method and path; `{…}` are ids of the stage.
    pub(super) request: &'static str,
    /// The body of a POST.
    pub(super) body: &'static str,
    /// What users are answered, in the order of `callers::USERS`: stranger, member, disabled member, admin of another
    /// mandate, admin. Without an accepted token it is always `401 unauthorized`.
    pub(super) answers: [&'static str; 5],
}

const fn endpoint(request: &'static str, body: &'static str, answers: [&'static str; 5]) -> Endpoint {
    Endpoint { request, body, answers }
}

const OK: &str = "200";
const NO_MANDATE: &str = "404 mandate-not-found";
const NO_INSTANCE: &str = "404 instance-not-found";
const NO_ACCESS: &str = "404 no-access";
const NO_COLLEAGUE: &str = "404 colleague-not-found";
const NOTHING: &str = "404 not-found";
const NO_ADMIN: &str = "403 not-admin";

/// The table.
#[rustfmt::skip]
pub(super) const ENDPOINTS: &[Endpoint] = &[
    //                                                                                       stranger     member     disabled     other admin  admin
    endpoint("GET /api/store/mandates", "",                                                 [OK,          OK,        OK,          OK,          OK]),
    endpoint("GET /api/store/features", "",                                                 [OK,          OK,        OK,          OK,          OK]),
    endpoint("GET /api/store/features?mandateId=m-open", "",                                [OK,          OK,        OK,          OK,          OK]),
    endpoint("GET /api/store/subscription-info", "",                                        [OK,          OK,        OK,          OK,          OK]),
    endpoint("GET /api/store/subscription-info?mandateId=m-open", "",                       [NO_MANDATE,  OK,        NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("GET /api/store/instances?mandateId=m-open", "",                               [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("GET /api/store/instances/{second}/accesses?mandateId=m-open", "",             [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("GET /api/store/instances/{ended}/accesses?mandateId=m-open", "",              [NO_INSTANCE, NO_INSTANCE, NO_INSTANCE, NO_INSTANCE, NO_INSTANCE]),
    endpoint("GET /api/store/instances/{second}/colleagues?mandateId=m-open", "",           [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("GET /api/store/preflight?mandateId=m-open", "",                               [NO_MANDATE,  OK,        NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("GET /api/store/entitlements?mandateId=m-open", "",                            [OK,          OK,        OK,          OK,          OK]),
    endpoint("GET /api/store/changes?mandateId=m-open", "",                                 [NO_MANDATE,  OK,        NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("GET /api/store/changes/{change}", "",                                         [NOTHING,     NOTHING,   NOTHING,     NOTHING,     OK]),
    endpoint("GET /api/store/decisions/{change}", "",                                       [NOTHING,     NOTHING,   NOTHING,     NOTHING,     OK]),
    endpoint("GET /api/store/history?mandateId=m-open", "",                                 [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("GET /api/store/history.csv?mandateId=m-open", "",                             [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("POST /api/store/activate",
        r#"{"featureCode": "f3", "mandateId": "m-open"}"#,                                  [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("POST /api/store/quote",
        r#"{"mandateId": "m-open", "activate": ["f3"]}"#,                                   [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("POST /api/store/quote",
        r#"{"mandateId": "m-open", "deactivate": ["{second}"]}"#,                           [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("POST /api/store/changes",
        r#"{"mandateId": "m-open", "activate": ["f4"]}"#,                                   [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  OK]),
    endpoint("POST /api/store/changes",
        r#"{"mandateId": "m-open", "activate": ["f4"], "deactivate": ["i-none"]}"#,         [NO_MANDATE,  NO_ADMIN,  NO_MANDATE,  NO_MANDATE,  NO_INSTANCE]),
    endpoint("POST /api/store/restore",
        r#"{"instanceId": "{ended}", "mandateId": "m-open"}"#,                              [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("POST /api/store/deactivate",
        r#"{"featureCode": "f0", "mandateId": "m-open", "instanceId": "{instance}"}"#,      [NO_INSTANCE, NO_ACCESS, NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("POST /api/store/instances/{second}/accesses",
        r#"{"mandateId": "m-open", "userId": "u-member", "role": "f1-user"}"#,              [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("POST /api/store/instances/{second}/accesses",
        r#"{"mandateId": "m-open", "userId": "u-stranger", "role": "f1-user"}"#,            [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, NO_COLLEAGUE]),
    endpoint("DELETE /api/store/instances/{second}/accesses",
        r#"{"mandateId": "m-open", "userId": "u-member"}"#,                                 [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
    endpoint("POST /api/store/deactivate",
        r#"{"featureCode": "f1", "mandateId": "m-open", "instanceId": "{second}", "userId": "u-member"}"#,
                                                                                            [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, NO_ACCESS]),
    endpoint("POST /api/store/deactivate",
        r#"{"featureCode": "f1", "mandateId": "m-open", "instanceId": "{second}", "scope": "mandate"}"#,
                                                                                            [NO_INSTANCE, NO_ADMIN,  NO_INSTANCE, NO_INSTANCE, OK]),
];
