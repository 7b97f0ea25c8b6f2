//! Stripe's error answers, and whether an idempotency key remembers them.

use serde_json::{Map, Value, json};

/// An error answer of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StripeError {
    pub(crate) status: u16,
    kind: &'static str,
    code: Option<String>,
    param: Option<String>,
    decline_code: Option<&'static str>,
    message: String,
    pub(crate) should_retry: Option<bool>,
    /// Whether it is a limit of the very object.
    pub(crate) limit_of_object: bool,
    /// Whether the endpoint had begun to run, so that the answer is saved under the idempotency key.
    pub(crate) executed: bool,
}

impl StripeError {
    fn new(status: u16, kind: &'static str, message: String) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            decline_code: None,
            message,
            should_retry: None,
            limit_of_object: false,
            executed: false,
        }
    }

    fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    fn param(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }

    fn after_execution_began(mut self) -> Self {
        self.executed = true;
        self
    }

    fn retry(mut self, should_retry: bool) -> Self {
        self.should_retry = Some(should_retry);
        self
    }

    /// A parameter that fails validation, before anything ran.
    pub(crate) fn invalid(param: &str, code: &str, message: String) -> Self {
        Self::new(400, "invalid_request_error", message).code(code).param(param)
    }

    pub(crate) fn unknown_parameter(param: &str) -> Self {
        Self::invalid(param, "parameter_unknown", format!("Received unknown parameter: {param}"))
    }

    pub(crate) fn missing(param: &str) -> Self {
        Self::invalid(param, "parameter_missing", format!("Missing required param: {param}."))
    }

    /// A request that is well formed but cannot be done.
    pub(crate) fn refused(param: Option<&str>, message: String) -> Self {
        let error = Self::new(400, "invalid_request_error", message).after_execution_began();
        match param {
            Some(param) => error.param(param),
            None => error,
        }
    }

    pub(crate) fn no_such(what: &str, id: &str, param: &str) -> Self {
        Self::new(404, "invalid_request_error", format!("No such {what}: '{id}'"))
            .code("resource_missing")
            .param(param)
            .after_execution_began()
    }

    /// A parameter (not the path) names an object that is not there.
    pub(crate) fn no_such_in_param(what: &str, id: &str, param: &str) -> Self {
        let mut error = Self::no_such(what, id, param);
        error.status = 400;
        error
    }

    pub(crate) fn unrecognized_url(method: &str, path: &str) -> Self {
        let message =
            format!("Unrecognized request URL ({method}: {path}): this simulator knows only what Turnpike uses.");
        Self::new(404, "invalid_request_error", message)
    }

    pub(crate) fn unauthenticated(message: &str) -> Self {
        Self::new(401, "invalid_request_error", message.to_owned())
    }

    pub(crate) fn card_declined() -> Self {
        let mut error = Self::new(402, "card_error", "Your card was declined.".to_owned())
            .code("card_declined")
            .after_execution_began();
        error.decline_code = Some("generic_decline");
        error
    }

    pub(crate) fn authentication_required(off_session: bool) -> Self {
        if off_session {
            let message = "Your card was declined. This transaction requires authentication.".to_owned();
            let mut error =
                Self::new(402, "card_error", message).code("authentication_required").after_execution_began();
            error.decline_code = Some("authentication_required");
            error
        } else {
            let message = "Payment for this subscription requires additional user action before it can be completed.";
            Self::new(402, "card_error", message.to_owned())
                .code("subscription_payment_intent_requires_action")
                .after_execution_began()
        }
    }

    pub(crate) fn rate_limit(what: &str) -> Self {
        let message = format!("This subscription has reached its limit of {what}. Try again later.");
        let mut error = Self::new(429, "invalid_request_error", message).code("rate_limit");
        error.limit_of_object = true;
        error
    }

    pub(crate) fn lock_timeout() -> Self {
        let message = "This object cannot be accessed right now because another API request or Stripe process is currently \
                       accessing it.";
        Self::new(429, "invalid_request_error", message.to_owned()).code("lock_timeout").retry(true)
    }

    pub(crate) fn key_in_use(key: &str) -> Self {
        let message = format!("There is currently another in-progress request using this idempotency key: {key}");
        Self::new(409, "idempotency_error", message).code("idempotency_key_in_use").retry(true)
    }

    pub(crate) fn key_reused(key: &str, same_endpoint: bool) -> Self {
        let what = if same_endpoint { "parameters" } else { "endpoint" };
        let message = format!(
            "Keys for idempotent requests can only be used with the same {what} they were first used with: {key}"
        );
        Self::new(400, "idempotency_error", message).retry(false)
    }

    /// An error that a test asked for.
    pub(crate) fn injected(status: u16, code: Option<&str>) -> Self {
        let kind = match status {
            402 => "card_error",
            400..=499 => "invalid_request_error",
            _ => "api_error",
        };
        let error = Self::new(status, kind, format!("The simulator was told to answer {status}."));
        match code {
            Some(code) => error.code(code),
            None => error,
        }
    }

    /// The body, as Stripe writes it.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        let mut error = Map::new();
        error.insert("type".to_owned(), json!(self.kind));
        error.insert("message".to_owned(), json!(self.message));
        if let Some(code) = &self.code {
            error.insert("code".to_owned(), json!(code));
            error.insert(
                "doc_url".to_owned(),
                json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"))),
            );
        }
        if let Some(param) = &self.param {
            error.insert("param".to_owned(), json!(param));
        }
        if let Some(decline_code) = self.decline_code {
            error.insert("decline_code".to_owned(), json!(decline_code));
        }
        error.insert(
            "request_log_url".to_owned(),
            json!(format!("https://dashboard.stripe.com/test/logs/{request_id}")),
        );
        json!({ "error": error })
    }
}
