#include "translate/errors.h"

#include <fmt/format.h>

#include <charconv>

#include "base/ascii.h"
#include "translate/overflow.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

/// A refusal while it is classified: everything in lower case.
struct Words {
  int status;
  std::string message;
  std::string code;  ///< code and type
};

/// The status that an error object inside a 200 stream stands for; 0 when it does not say.
int status_inside_stream(const openai::ErrorBody& body, std::string_view code) {
  int number = 0;
  const auto [end, error] = std::from_chars(body.code.data(), body.code.data() + body.code.size(), number);
  if (error == std::errc{} && end == body.code.data() + body.code.size() && number >= 400 && number < 600)
    return number;
  if (body.code == "1004") return 401;  // MiniMax, GLM
  if (contains_any(code, {"invalid_api_key", "authentication", "unauthorized", "unauthenticated"}))
    return 401;
  if (contains_any(code, {"permission"})) return 403;
  if (contains_any(code, {"not_found", "notfound"})) return 404;
  if (contains_any(code, {"rate_limit", "too_many_requests", "resource_exhausted", "insufficient_quota"}))
    return 429;
  if (contains_any(code, {"overloaded"})) return 529;
  if (contains_any(code, {"invalid_request", "badrequest", "invalid_argument"})) return 400;
  return 0;
}

bool is_rate_limit(const Words& words) {
  if (words.status == 429) return true;
  const bool may_be = words.status == 0 || words.status == 400 || words.status == 413 || words.status == 422;
  return may_be &&
         (contains_any(words.code, {"rate_limit", "too_many_requests", "insufficient_quota"}) ||
          contains_any(words.message, {"tokens per min", "tokens per day", "tokens per hour",
                                       "requests per min", "requests per day", "(tpm)", "(tpd)", "(rpm)",
                                       "rate limit", "rate_limit", "too many requests", "throttl",
                                       "too many tokens, please wait", "exceeded your current quota"}));
}

/// DashScope gives its limits per minute the code of an empty account, which it calls Arrearage
/// (https://www.alibabacloud.com/help/en/model-studio/rate-limit).
bool is_allocated_quota(const Words& words) {
  return contains_any(words.message, {"error-code#token-limit", "allocated quota exceeded"});
}

bool is_empty_account(const Words& words) {
  if (is_allocated_quota(words)) return false;
  return contains_any(words.code, {"insufficient_quota", "exceeded_current_quota", "budget_exceeded",
                                   "insufficient_balance"}) ||
         contains_any(words.message,
                      {"insufficient balance", "余额不足", "usage limit for this billing cycle"});
}

/// Whether only a payment helps, said with a status that is not a rate limit's.
bool is_unpaid(const Words& words) {
  if (words.status == 402) return true;
  if (words.status == 400) return contains_any(words.code, {"arrearage"});  // DashScope
  return (words.status == 403 || words.status >= 500) && is_empty_account(words);
}

/// Gemini says "exceeded your current quota" of a minute's quota too; for good it is when the quota is 0.
bool is_quota_for_good(const Words& words) {
  if (!contains_any(words.message, {"exceeded your current quota"})) return false;
  const bool passes = is_allocated_quota(words) || contains_any(words.code, {"resource_exhausted"}) ||
                      contains_any(words.message, {"please retry in"});
  return !passes || contains_any(words.message, {"limit: 0,"});
}

/// A 429 that waiting does not cure: the account is empty, or this one request is larger than a whole
/// minute's allowance.
bool is_final_rate_limit(const Words& words) {
  return is_empty_account(words) || is_quota_for_good(words) ||
         contains_any(words.message, {"request too large for"});
}

/// Some providers call a wrong key a wrong argument; the moderation of OpenRouter and xAI is a 403 and has
/// nothing to do with it.
bool is_refused_key(const Words& words) {
  if (words.status == 403)
    return !contains_any(words.message, {"your input was flagged", "violates usage guidelines"});
  if (words.status == 401) return true;
  return words.status == 400 &&
         (contains_any(words.code, {"invalid_api_key"}) ||
          contains_any(words.message, {"incorrect api key", "invalid api key", "api key not valid",
                                       "api key not found", "api key expired"}));
}

bool may_be_overflow(int status) {
  return status == 0 || status == 400 || status == 413 || status == 422 || status == 500;
}

bool is_unknown_model(const Words& words) {
  if (words.status != 0 && words.status != 400 && words.status != 404) return false;
  if (contains_any(words.code,
                   {"model_not_found", "model_not_available", "invalid_model", "deploymentnotfound"})) {
    return true;
  }
  return contains_any(words.message, {"model"}) &&
         contains_any(words.message, {"not a valid model", "does not exist", "not found", "unknown model",
                                      "no such model", "no endpoints found", "invalid model name"});
}

struct Class {
  ErrorKind kind;
  Retry retry;
};

Class class_of_status(int status) {
  switch (status) {
    case 0:
      return {ErrorKind::api, Retry::yes};
    case 408:
      return {ErrorKind::timeout, Retry::yes};
    case 409:
      return {ErrorKind::api, Retry::yes};
    case 413:
      return {ErrorKind::too_large, Retry::no};
    case 501:
      return {ErrorKind::not_supported, Retry::no};
    case 502:
      return {ErrorKind::bad_gateway, Retry::yes};
    case 503:
      return {ErrorKind::unavailable, Retry::yes};
    case 504:
      return {ErrorKind::timeout, Retry::yes};
    case 529:
      return {ErrorKind::overloaded, Retry::yes};
    default:
      break;
  }
  if (status >= 500) return {ErrorKind::api, Retry::yes};
  // 1xx to 3xx: OPENAI_BASE_URL does not lead to an API.
  return status >= 400 ? Class{ErrorKind::invalid_request, Retry::no}
                       : Class{ErrorKind::bad_gateway, Retry::no};
}

std::string said(const Refusal& refusal) {
  if (!refusal.body.message.empty()) return mask_identifiers(refusal.body.message);
  return refusal.status == 0 ? "an error without a message" : "no explanation";
}

std::string host_of(const Refusal& refusal) {
  return refusal.host.empty() ? std::string("the provider") : "the provider at " + std::string(refusal.host);
}

Error refused_key(const Refusal& refusal, int status) {
  return {.kind = ErrorKind::permission,
          .message = fmt::format("{} refused the key of this proxy (status {}): {} - check OPENAI_API_KEY",
                                 host_of(refusal), status, said(refusal))};
}

Error without_credit(const Refusal& refusal, int status) {
  return {.kind = ErrorKind::permission,
          .message = fmt::format("{} wants a payment for the account behind OPENAI_API_KEY (status {}): {}",
                                 host_of(refusal), status, said(refusal))};
}

Error not_found(const Refusal& refusal, bool unknown_model) {
  const auto cure = unknown_model ? "check BIG_MODEL, MIDDLE_MODEL and SMALL_MODEL"
                                  : "check OPENAI_BASE_URL and the model's name";
  return {.kind = ErrorKind::not_found,
          .message = fmt::format("{} does not know {}: {} - {}", host_of(refusal),
                                 unknown_model ? "the model" : "this path or model", said(refusal), cure)};
}

Error by_status(const Refusal& refusal, int status) {
  const auto [kind, retry] = class_of_status(status);
  Error error{.kind = kind, .retry = retry, .message = said(refusal)};
  if (status == 405 || (status > 0 && status < 400)) {
    error.kind = ErrorKind::bad_gateway;
    error.message =
        fmt::format("{} answered status {} where Chat Completions was expected: {} - check OPENAI_BASE_URL",
                    host_of(refusal), status, said(refusal));
  } else if (refusal.body.message.empty()) {
    error.message =
        status == 0 ? fmt::format("{} ended the stream with an error without a message", host_of(refusal))
                    : fmt::format("{} answered status {} without an explanation", host_of(refusal), status);
  }
  return error;
}

Error classify(const Refusal& refusal) {
  Words words{refusal.status, lower(refusal.body.message),
              lower(refusal.body.code + " " + refusal.body.type)};
  if (words.status == 0) words.status = status_inside_stream(refusal.body, words.code);
  if (is_unpaid(words)) return without_credit(refusal, words.status);
  if (is_refused_key(words)) return refused_key(refusal, words.status);
  if (is_rate_limit(words)) {
    const auto retry = is_final_rate_limit(words) ? Retry::no : Retry::yes;
    return {.kind = ErrorKind::rate_limit, .retry = retry, .message = said(refusal)};
  }
  if (may_be_overflow(words.status)) {
    if (auto message = overflow_message(refusal.body)) {
      return {.kind = ErrorKind::context_overflow, .message = std::move(*message)};
    }
  }
  const bool unknown_model = is_unknown_model(words);
  if (unknown_model || words.status == 404) return not_found(refusal, unknown_model);
  return by_status(refusal, words.status);
}

}  // namespace

Error upstream_refusal(const Refusal& refusal) {
  Error error = classify(refusal);
  error.source = ErrorSource::upstream;
  error.cause = fmt::format("status {}, type \"{}\", code \"{}\": {}", refusal.status, refusal.body.type,
                            refusal.body.code, refusal.body.message);
  error.retry_after = refusal.retry_after;
  if (!error.retry_after && error.retry == Retry::yes) error.retry_after = refusal.body.retry_delay;
  return error;
}

}  // namespace ccp::translate
